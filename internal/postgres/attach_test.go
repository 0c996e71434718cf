package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestSecondStart(t *testing.T) {
	t.Parallel()
	o := throwAway(t)
	c := startChild(t, nil, order{Options: o}).ready(t)
	var log record
	o.Log = log.logger()
	_, err := Start(t.Context(), o)
	if !errors.Is(err, ErrInUse) {
		t.Fatalf("second Start = %v, want ErrInUse", err)
	}
	if log.has("waiting") {
		t.Error("the refusal was not at once")
	}
	for _, want := range []string{o.Dir, fmt.Sprintf("process %d", c.cmd.Process.Pid)} {
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %q, want one line with %s", err, want)
		}
	}
	if got, err := psql(nil, c.url, "SELECT 1"); got != "1" {
		t.Errorf("the first one after the refusal: %q, %v", got, err)
	}
	c.finish(t)
	mustStart(t, o)
}

func TestConcurrentStarts(t *testing.T) {
	t.Parallel()
	o := unborn(t)
	var servers []*child
	for range 4 {
		servers = append(servers, startChild(t, nil, order{Options: o}))
	}
	eventually(t, "one has the folder", func() bool {
		return cluster{Options: o}.runHolder().kind == "server"
	})
	subcommand := startChild(t, nil, order{Options: o, Attach: true})
	var winner *child
	for _, c := range servers {
		switch line := c.said(); {
		case strings.HasPrefix(line, "ready: ") && winner == nil:
			winner = c
		case !strings.Contains(line, ErrInUse.Error()):
			t.Errorf("one of four says %q", line)
		}
	}
	if winner == nil {
		t.Fatal("none of four started")
	}
	subcommand.ready(t)
	if got, err := psql(nil, subcommand.url, "SELECT 1"); got != "1" {
		t.Errorf("the subcommand: %q, %v", got, err)
	}
	subcommand.finish(t)
	winner.finish(t)
}

func TestConcurrentAttaches(t *testing.T) {
	t.Parallel()
	o := throwAway(t)
	var subcommands []*child
	for range 4 {
		subcommands = append(subcommands, startChild(t, nil, order{Options: o, Attach: true}))
	}
	for _, c := range subcommands {
		if c.ready(t).pid != subcommands[0].pid {
			t.Errorf("processes %d and %d, want one", c.pid, subcommands[0].pid)
		}
	}
	for _, c := range subcommands {
		c.stdin.Close() // whichever runs Postgres waits for the others
	}
	for _, c := range subcommands {
		c.finish(t)
	}
}

func TestAttach(t *testing.T) {
	t.Parallel()
	o := throwAway(t)
	c := startChild(t, nil, order{Options: o}).ready(t)
	one, two := mustAttach(t, o), mustAttach(t, o)
	if one.pid != c.pid || one.Version() < oldest {
		t.Errorf("attached to process %d of version %d, want %d", one.pid, one.Version(), c.pid)
	}
	if got := ask(t, one, "postgres", "SELECT 1"); got != "1" {
		t.Errorf("SELECT 1 = %q", got)
	}
	mustStop(t, one)
	within(t, time.Second, "Done after Stop", one.Done())
	if got := ask(t, two, "postgres", "SELECT 1"); got != "1" {
		t.Errorf("after the other has left: %q", got)
	}
	if err := two.Err(); err != nil {
		t.Errorf("Err = %v while it runs", err)
	}
	c.kill()
	if err := syscall.Kill(c.pid, syscall.SIGINT); err != nil && !errors.Is(err, syscall.ESRCH) {
		t.Fatal(err)
	}
	within(t, 10*time.Second, "Done", two.Done())
	if two.Err() == nil {
		t.Error("Err = nil after the server was killed")
	}
}

func TestAttachAlone(t *testing.T) {
	t.Parallel()
	o := unborn(t)
	one := mustAttach(t, o)
	two := mustAttach(t, o)
	if one.pid != two.pid {
		t.Errorf("processes %d and %d, want one", one.pid, two.pid)
	}
	mustStop(t, two)
	pid := one.pid
	mustStop(t, one)
	if !gone(pid) {
		t.Errorf("process %d is still there", pid)
	}
}

func TestStartAfterAttach(t *testing.T) {
	t.Parallel()
	o := throwAway(t)
	subcommand := mustAttach(t, o)
	var log record
	o.Log = log.logger()
	started := make(chan struct{})
	var s *Server
	var err error
	go func() {
		defer close(started)
		s, err = Start(context.WithoutCancel(t.Context()), o)
	}()
	eventually(t, "Start waits", func() bool { return log.has("waiting for the data folder") })
	mustStop(t, subcommand)
	within(t, 30*time.Second, "Start", started)
	if err != nil {
		t.Fatal(err)
	}
	mustStop(t, s)
}

func TestStartGivesUp(t *testing.T) {
	t.Parallel()
	o := throwAway(t)
	c := startChild(t, nil, order{Options: o, Attach: true}).ready(t)
	_, err := Start(t.Context(), o)
	want := fmt.Sprintf("another subcommand (process %d)", c.cmd.Process.Pid)
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), want) {
		t.Errorf("Start = %v, want ErrInUse by %s", err, want)
	}
	c.finish(t)
}

func TestNoAnswer(t *testing.T) {
	t.Parallel()
	o := throwAway(t)
	c, err := open(o)
	if err != nil {
		t.Fatal(err)
	}
	held, err := c.lockRun("subcommand")
	if err != nil {
		t.Fatal(err)
	}
	for name, begin := range map[string]func(context.Context, Options) (*Server, error){
		"Start": Start, "Attach": Attach,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*poll)
		defer cancel()
		if _, err := begin(ctx, o); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s = %v, want that it waits as long as it may", name, err)
		}
	}
	held.release()
	mustStart(t, o)
}

func TestStopWaitsForAttached(t *testing.T) {
	t.Parallel()
	for _, leaves := range []bool{true, false} {
		t.Run(fmt.Sprintf("leaves=%v", leaves), func(t *testing.T) {
			t.Parallel()
			o := throwAway(t)
			var log record
			o.Log = log.logger()
			s := mustStart(t, o)
			subcommand := mustAttach(t, o)
			stopped := make(chan struct{})
			go func() {
				defer close(stopped)
				mustStop(t, s)
			}()
			eventually(t, "Stop waits", func() bool { return log.has("waiting for subcommands") })
			if got := ask(t, subcommand, "postgres", "SELECT 1"); got != "1" {
				t.Errorf("while Stop waits: %q", got)
			}
			if leaves {
				mustStop(t, subcommand)
				within(t, 10*time.Second, "Stop", stopped)
				return
			}
			within(t, patience+fastWait, "Done", subcommand.Done())
			within(t, 10*time.Second, "Stop", stopped)
			if subcommand.Err() == nil {
				t.Error("Err = nil after the server has stopped")
			}
		})
	}
}
