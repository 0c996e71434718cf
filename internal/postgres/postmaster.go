package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// biggestLog is how many bytes of Postgres's log are kept on; a bigger one is set aside at a start.
const biggestLog = 10 << 20

// stopOrphan stops a Postgres that still serves the cluster although we have its lock: the process
// that ran it was killed where the system tells no child, or somebody started it by hand.
func (c cluster) stopOrphan(ctx context.Context) error {
	p, err := c.pidFile()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, errTorn):
		return os.Remove(filepath.Join(c.data, "postmaster.pid"))
	case err != nil:
		return err
	}
	if !isPostmaster(p.pid, c.data) {
		return c.disown(p)
	}
	c.Log.Info("stopping a Postgres that has lost its server", "process", p.pid)
	_ = syscall.Kill(p.pid, syscall.SIGCONT) // one that was suspended would not hear the rest
	for _, how := range [][]string{
		{"--mode=fast", "--timeout=" + seconds(fastWait)},
		{"--mode=immediate", "--timeout=" + seconds(hardWait)},
	} {
		args := append([]string{"stop", "--wait", "-D", c.data}, how...)
		_, err = run(c.command(ctx, "pg_ctl", args...))
		if err == nil || !isPostmaster(p.pid, c.data) {
			return nil
		}
	}
	return fmt.Errorf("%w: an orphaned Postgres (process %d) serves %s and does not stop: %w",
		ErrInUse, p.pid, c.data, err)
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }

// disown deals with a postmaster.pid whose process is gone, or is another program that has got the
// number since. Postgres refuses to start in the second case. It does not if the file names its own
// parent, and then still checks that no child of the dead one uses the shared memory, which it
// could not if the file were removed.
func (c cluster) disown(p pidFile) error {
	if !alive(p.pid) {
		return nil
	}
	p.lines[0] = strconv.Itoa(os.Getpid())
	return c.writeFile("postmaster.pid", strings.Join(p.lines, "\n"))
}

// serve runs Postgres and waits until it is ready, however long recovery takes.
func (c cluster) serve(ctx context.Context, socket string) (*process, error) {
	if info, err := os.Stat(c.logFile()); err == nil && info.Size() > biggestLog {
		if err := os.Rename(c.logFile(), c.logFile()+".1"); err != nil {
			return nil, err
		}
	}
	out, err := c.openFile(c.logFile(), os.O_WRONLY|os.O_APPEND)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	// With the lock on the cluster the one on the socket is stale, whatever process it names.
	err = os.Remove(filepath.Join(socket, socketName+".lock"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	giveUp := time.Now().Add(fastWait)
	for {
		before, err := out.Seek(0, io.SeekEnd)
		if err != nil {
			return nil, err
		}
		cmd := c.command(context.WithoutCancel(ctx), "postgres", c.arguments(socket)...)
		cmd.Stdout, cmd.Stderr = out, out
		p, err := launch(cmd)
		if err != nil {
			return nil, fmt.Errorf("postgres as %s: %w", c.owner.name, err)
		}
		if err := c.awaitReady(ctx, p); err != nil {
			p.signal(syscall.SIGQUIT)
			<-p.done
			return nil, err
		}
		if !p.ended() {
			return p, nil
		}
		said := c.logSince(before)
		// The children of one that was killed need a moment to notice.
		if !strings.Contains(said, "pre-existing shared memory block") || time.Now().After(giveUp) {
			return nil, fmt.Errorf("ended while starting: %s (see %s)",
				tellingLine(said), c.logFile())
		}
		if err := pause(ctx); err != nil {
			return nil, err
		}
	}
}

// arguments returns the command line, which has all settings of ours, so that a newer program has
// them at the next start and postgresql.conf remains the operator's.
func (c cluster) arguments(socket string) []string {
	settings := []string{
		"listen_addresses=",
		"port=" + port,
		"unix_socket_directories=" + quote(socket),
		"unix_socket_permissions=0700",
		"max_wal_size=1GB", // bounds how long recovery takes
		"synchronous_commit=on",
	}
	if c.Ephemeral {
		settings = append(settings, "synchronous_commit=off", "fsync=off", "full_page_writes=off")
	}
	args := []string{"-D", c.data}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	return args
}

// awaitReady waits until the Postgres that was just started accepts connections or ends.
func (c cluster) awaitReady(ctx context.Context, p *process) error {
	slow := time.After(fastWait / 4)
	for !p.ended() {
		file, err := c.pidFile()
		if err == nil && file.ready && file.pid == p.cmd.Process.Pid {
			return nil
		}
		select {
		case <-slow:
			c.Log.Info("postgres is still starting; after a crash it recovers first")
		default:
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
	return nil
}

// A pidFile is what postmaster.pid tells of the Postgres that serves a cluster, or last did.
type pidFile struct {
	pid    int
	socket string // folder
	ready  bool
	lines  []string
}

// errTorn says that postmaster.pid has no process: whoever wrote it was killed before it had started
// anything, or the machine lost its power, or it is being written now.
var errTorn = errors.New("postmaster.pid names no process")

// pidFile reads postmaster.pid. Its lines are process, data folder, start time, port, folder of the
// socket, listening address, shared memory, status; the last ones come as Postgres gets there.
func (c cluster) pidFile() (pidFile, error) {
	b, err := os.ReadFile(filepath.Join(c.data, "postmaster.pid"))
	if err != nil {
		return pidFile{}, err
	}
	p := pidFile{lines: strings.Split(string(b), "\n")}
	p.pid, err = strconv.Atoi(strings.TrimSpace(p.lines[0]))
	if err != nil {
		return pidFile{}, errTorn
	}
	if len(p.lines) >= 8 {
		p.socket = p.lines[4]
		p.ready = strings.TrimSpace(p.lines[7]) == "ready"
	}
	return p, nil
}

func (c cluster) logFile() string { return filepath.Join(c.Dir, clusterName+".log") }

// logSince returns what Postgres has logged after the first n bytes.
func (c cluster) logSince(n int64) string {
	b, err := os.ReadFile(c.logFile())
	if err != nil {
		return err.Error()
	}
	return string(b[min(n, int64(len(b))):])
}
