package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestKillPostgres(t *testing.T) {
	t.Parallel()
	o := throwAway(t)
	o.Ephemeral = false // what is committed is kept
	s := mustStart(t, o)
	ask(t, s, "postgres", "CREATE TABLE kept (n int)")
	for round := 1; round <= 3; round++ {
		ask(t, s, "postgres", "INSERT INTO kept VALUES (1)")
		if err := syscall.Kill(s.pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		within(t, 10*time.Second, "Done", s.Done())
		if err := s.Err(); err == nil || !strings.Contains(err.Error(), "signal: killed") {
			t.Errorf("Err = %v, want the signal", err)
		}
		mustStop(t, s)

		s = mustStart(t, o)
		if got := ask(t, s, "postgres", "SELECT count(*) FROM kept"); got != strconv.Itoa(round) {
			t.Errorf("after %d rounds %s rows", round, got)
		}
	}
}

func TestStopFromOutside(t *testing.T) {
	t.Parallel()
	s := mustStart(t, throwAway(t))
	if err := s.Err(); err != nil {
		t.Errorf("Err while it runs = %v", err)
	}
	if err := syscall.Kill(s.pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	within(t, 10*time.Second, "Done", s.Done())
	if s.Err() == nil {
		t.Error("Err = nil, want that somebody else stopped it")
	}
}

func TestKillPostgresAtWork(t *testing.T) {
	t.Parallel()
	o := throwAway(t)
	s := mustStart(t, o)
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		_, _ = psql(nil, s.URL(s.Superuser(), "postgres"),
			"SELECT count(*) FROM generate_series(1, 3000000)") // is cut off or not
	}()
	eventually(t, "a client at work", func() bool {
		return ask(t, s, "postgres",
			"SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%generate'||'_series%'") != "0"
	})
	if err := syscall.Kill(s.pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	within(t, 10*time.Second, "Done", s.Done())
	mustStop(t, s)
	s = mustStart(t, o)
	if got := ask(t, s, "postgres", "SELECT 1"); got != "1" {
		t.Errorf("after a restart: %q", got)
	}
	<-asked
}

func TestKillParent(t *testing.T) {
	t.Parallel()
	o := throwAway(t)
	for range 3 {
		c := startChild(t, nil, order{Options: o}).ready(t)
		c.kill()
		if diesWithParent {
			eventually(t, "Postgres has ended with its parent", func() bool { return gone(c.pid) })
		}
		s := mustStart(t, o)
		if got := ask(t, s, "postgres", "SELECT 1"); got != "1" {
			t.Errorf("after the parent was killed: %q", got)
		}
		mustStop(t, s)
		if !gone(c.pid) {
			t.Errorf("process %d is still there", c.pid)
		}
	}
}

var diesWithParent = func() bool {
	var attr, zero syscall.SysProcAttr
	dieWithParent(&attr)
	return fmt.Sprint(attr) != fmt.Sprint(zero)
}()

func TestOrphan(t *testing.T) {
	t.Parallel()
	t.Run("killed and restarted at once", func(t *testing.T) {
		t.Parallel()
		o := throwAway(t)
		c := startChild(t, nil, order{Options: o}).ready(t)
		c.kill()
		mustStart(t, o)
		if !gone(c.pid) {
			t.Errorf("process %d is still there", c.pid)
		}
	})
	t.Run("suspended", func(t *testing.T) {
		t.Parallel()
		o := throwAway(t)
		c := startChild(t, nil, order{Options: o}).ready(t)
		if err := syscall.Kill(c.pid, syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		c.kill()
		if gone(c.pid) {
			t.Fatal("a suspended process has ended")
		}
		mustStart(t, o)
		if !gone(c.pid) {
			t.Errorf("process %d is still there", c.pid)
		}
	})
	t.Run("by hand", func(t *testing.T) {
		t.Parallel()
		o := throwAway(t)
		s := mustStart(t, o)
		mustStop(t, s)
		cmd := s.cluster.command(t.Context(), "pg_ctl", "start", "-w", "-D", s.cluster.data,
			"-l", filepath.Join(s.cluster.data, "by-hand.log"), "-o", "-c listen_addresses='' -k '"+s.cluster.data+"'")
		if out, err := run(cmd); err != nil {
			t.Fatal(err, out)
		}
		p, err := s.cluster.pidFile()
		if err != nil {
			t.Fatal(err)
		}
		var log record
		o.Log = log.logger()
		again := mustStart(t, o)
		if !gone(p.pid) || again.pid == p.pid {
			t.Errorf("process %d is still there", p.pid)
		}
		if !log.has("stopping a Postgres that has lost its server") {
			t.Errorf("log: %s", &log.Buffer)
		}
	})
}

func TestProcessNumberOfAnother(t *testing.T) {
	t.Parallel()
	o := throwAway(t)
	s := mustStart(t, o)
	other := exec.Command("sleep", "600")
	other.SysProcAttr = s.cluster.owner.attributes()
	bystander, err := launch(other)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bystander.signal(syscall.SIGKILL); <-bystander.done })

	if err := syscall.Kill(s.pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	within(t, 10*time.Second, "Done", s.Done())
	mustStop(t, s)
	p, err := s.cluster.pidFile()
	if err != nil {
		t.Fatal(err)
	}
	number := strconv.Itoa(other.Process.Pid)
	text := strings.Join(append([]string{number}, p.lines[1:]...), "\n")
	for _, name := range []string{"postmaster.pid", socketName + ".lock"} {
		if err := s.cluster.writeFile(name, text); err != nil {
			t.Fatal(err)
		}
	}
	mustStart(t, o)
	if bystander.ended() {
		t.Error("a process that is not ours was stopped")
	}
}

func TestTornProcessFile(t *testing.T) {
	t.Parallel()
	o := throwAway(t)
	s := mustStart(t, o)
	mustStop(t, s)
	if err := s.cluster.writeFile("postmaster.pid", ""); err != nil {
		t.Fatal(err)
	}
	again := mustStart(t, o)
	if got := ask(t, again, "postgres", "SELECT 1"); got != "1" {
		t.Errorf("SELECT 1 = %q", got)
	}
}

func TestCancelledStart(t *testing.T) {
	t.Parallel()
	o := unborn(t)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, err := Start(ctx, o)
		failed <- err
	}()
	eventually(t, "initdb is at work", func() bool {
		made, err := filepath.Glob(filepath.Join(o.Dir, halfMade+"*", "PG_VERSION"))
		return err == nil && len(made) > 0
	})
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("Start = %v, want that it was cancelled", err)
	}
	if exists(filepath.Join(o.Dir, clusterName)) {
		t.Error("a cluster that was not finished has its name")
	}
	mustStart(t, o)
}

func TestKillInitdb(t *testing.T) {
	t.Parallel()
	o := unborn(t)
	stranger := filepath.Join(o.Dir, "postgres.mine")
	left := filepath.Join(o.Dir, halfMade+"123")
	for _, folder := range []string{stranger, left} {
		if err := os.MkdirAll(filepath.Join(folder, "base"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	c := startChild(t, nil, order{Options: o})
	halfWay := func() bool {
		made, err := filepath.Glob(filepath.Join(o.Dir, halfMade+"*", "PG_VERSION"))
		return err == nil && len(made) > 0
	}
	eventually(t, "initdb is at work", halfWay)
	c.kill()
	if exists(filepath.Join(o.Dir, clusterName)) {
		t.Error("a cluster that was not finished has its name")
	}
	eventually(t, "a start after a killed one", func() bool {
		mustStop(t, mustStart(t, o))
		remains, err := filepath.Glob(filepath.Join(o.Dir, halfMade+"*"))
		return err == nil && len(remains) == 0
	})
	if !exists(stranger) {
		t.Error("a folder that is not ours was removed")
	}
}
