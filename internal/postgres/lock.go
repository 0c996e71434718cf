package postgres

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// errHeld says that another process, or another Server of this one, holds a lock.
var errHeld = errors.New("lock is held")

// A lock is an advisory lock on a file. The kernel releases it when its process ends, however
// that comes about. Children do not inherit it.
type lock struct {
	file *os.File
}

// takeLock locks the file at path whole or shared, without waiting. The error is errHeld if
// somebody else has it.
func (c cluster) takeLock(path string, how int) (*lock, error) {
	f, err := c.openFile(path, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errHeld
		}
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	return &lock{f}, nil
}

// release gives the lock up. It unlocks before it closes, since a child that another goroutine is
// just forking has a copy of the descriptor until it executes its program.
func (l *lock) release() {
	if l == nil {
		return
	}
	_ = syscall.Flock(int(l.file.Fd()), syscall.LOCK_UN) // closing does it too
	l.file.Close()
}

// lockRun takes the lock that goes with running the cluster, and writes into it who has it.
func (c cluster) lockRun(kind string) (*lock, error) {
	l, err := c.takeLock(c.runLock(), syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	who := fmt.Appendf(nil, "%s %d\n", kind, os.Getpid())
	if err := errors.Join(l.file.Truncate(0), writeAt(l.file, who)); err != nil {
		l.release()
		return nil, err
	}
	return l, nil
}

func writeAt(f *os.File, b []byte) error {
	_, err := f.WriteAt(b, 0)
	return err
}

// A holder is who has locked the data folder, as far as the lock file tells.
type holder struct {
	kind string // "server" or "subcommand"; empty if not known
	pid  int
}

func (h holder) String() string {
	if h.kind == "" {
		return "another process"
	}
	return fmt.Sprintf("another %s (process %d)", h.kind, h.pid)
}

// runHolder tells who holds the lock of [cluster.lockRun]. What a dead process has written there
// counts as not known: the present holder has not yet come to write.
func (c cluster) runHolder() holder {
	var h holder
	b, err := os.ReadFile(c.runLock())
	if err != nil {
		return holder{}
	}
	if _, err := fmt.Sscanf(string(b), "%s %d\n", &h.kind, &h.pid); err != nil || !alive(h.pid) {
		return holder{}
	}
	return h
}

// lockAttachedShared marks this process as attached to a cluster that another one runs.
func (c cluster) lockAttachedShared() (*lock, error) {
	return c.takeLock(c.attachedLock(), syscall.LOCK_SH)
}

// lockAttachedWhole keeps others from attaching, after waiting for those that are attached until
// ended is closed or patience is exhausted. It then returns nil, for they are not waited for.
func (c cluster) lockAttachedWhole(ended <-chan struct{}) *lock {
	giveUp := time.After(patience)
	for told := false; ; told = true {
		l, err := c.takeLock(c.attachedLock(), syscall.LOCK_EX)
		if err == nil {
			return l
		}
		if !errors.Is(err, errHeld) {
			return nil
		}
		if !told {
			c.Log.Info("waiting for subcommands that use the database", "folder", c.Dir,
				"at most", patience.String())
		}
		select {
		case <-ended:
			return nil
		case <-giveUp:
			return nil
		case <-time.After(poll):
		}
	}
}

func (c cluster) runLock() string      { return filepath.Join(c.Dir, clusterName+".lock") }
func (c cluster) attachedLock() string { return filepath.Join(c.Dir, clusterName+".attached") }
