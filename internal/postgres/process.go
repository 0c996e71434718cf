package postgres

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// A process is a child that runs until it is stopped.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // why it ended; valid once done is closed
}

// launch starts a child. The thread that forks it is kept for as long as the child lives, since
// Linux sends the parent-death signal when that thread ends, not when the process does.
func launch(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// ended says whether the child has ended.
func (p *process) ended() bool { return isClosed(p.done) }

// signal sends a signal to the child; one that has ended is left alone.
func (p *process) signal(sig syscall.Signal) {
	_ = p.cmd.Process.Signal(sig) // fails only if it has ended, which done tells
}

// run runs a short-lived child to its end and returns what it printed, on either stream. If it
// fails, the error has the most telling line of that.
func run(cmd *exec.Cmd) (string, error) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = 5 * time.Second // a grandchild may keep the output open
	p, err := launch(cmd)
	if err == nil {
		<-p.done
		err = p.err
	}
	if _, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("%w: %s", err, tellingLine(out.String()))
	}
	return out.String(), err
}

// tellingLine returns the first line that reports an error, else the last one.
func tellingLine(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	for _, line := range lines {
		for _, mark := range []string{"PANIC:  ", "FATAL:  ", "ERROR:  ", "error: "} {
			if _, message, ok := strings.Cut(line, mark); ok {
				return message
			}
		}
	}
	return lines[len(lines)-1]
}
