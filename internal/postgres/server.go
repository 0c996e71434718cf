// Package postgres starts, attaches to and stops the private Postgres of a laptop run: a cluster
// in the data folder, served over a Unix socket in a folder closed to other accounts, with no port
// and no password. It runs the binaries that the machine already has, downloads nothing, and never
// deletes or replaces a cluster. It does not connect to Postgres itself and knows nothing of the
// tables inside: roles, migrations and role timeouts are its callers' business.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Errors that callers may test for with [errors.Is]. Each comes wrapped in one line that names the
// folder, account or version at fault and, where there is one, the remedy.
var (
	// ErrNoBinaries says that no usable PostgreSQL programs were found, or none in [Options.Bin].
	ErrNoBinaries = errors.New("no PostgreSQL programs")
	// ErrInUse says that another process holds the data folder.
	ErrInUse = errors.New("data folder in use")
	// ErrVersion says that the cluster was made by a major version whose programs are not there.
	ErrVersion = errors.New("another PostgreSQL version")
	// ErrUnreachable says that the account which runs Postgres cannot enter the data folder, or
	// that this process cannot make or write it.
	ErrUnreachable = errors.New("folder out of reach")
	// ErrAccount says that there is no account to run Postgres as: it has no entry in the password
	// file, does not own the cluster, or this process may not switch to it.
	ErrAccount = errors.New("no account to run PostgreSQL")
	// ErrNotCluster says that the cluster's folder holds something else, which is left alone.
	ErrNotCluster = errors.New("not a PostgreSQL cluster")
)

// patience bounds the wait for a process that is about to leave: a server for a subcommand that
// runs the database, a server or subcommand that stops for those attached to it. The tests have
// less of it.
var patience = 10 * time.Second

const (
	superuser = "postgres" // the cluster's first role, whatever account owns the files
	port      = "5432"     // names the socket file only; nothing listens on the network

	// attachWait bounds the wait of a subcommand for a database that another process is starting,
	// which after a crash of a large one takes up to half a minute.
	attachWait = time.Minute
	// fastWait and hardWait bound a stop: first the fast one, which writes a checkpoint, then the
	// immediate one, which leaves recovery to the next start.
	fastWait = 20 * time.Second
	hardWait = 5 * time.Second

	poll = 10 * time.Millisecond
)

// Options say which private Postgres is meant and how it is run.
type Options struct {
	// Dir is the data folder, made if missing. The cluster is in Dir/postgres, Postgres' own log
	// in Dir/postgres.log.
	Dir string
	// Bin is the folder of the PostgreSQL programs. Empty means to look for them: in PATH, then in
	// the folders of Debian, Red Hat and Homebrew, newest first.
	Bin string
	// Roles are the database roles, besides the superuser, that the owner of the cluster and root
	// may connect as. They need not exist yet.
	Roles []string
	// Database is made when the cluster is; empty makes none. It is UTF-8, with a locale that
	// knows the letters of every script.
	Database string
	// Existing says that the cluster has been made: if it is gone the error is [ErrNotCluster], and
	// nothing is made in its place.
	Existing bool
	// Ephemeral trades safety for speed: what a test writes need not survive a power cut.
	Ephemeral bool
	// Log receives progress; nil discards it.
	Log *slog.Logger
}

// A Server is a private Postgres that accepts connections, run by this process or by another.
// Its methods may be called from several goroutines.
type Server struct {
	cluster cluster
	socket  string // folder of the socket
	pid     int
	running *process // nil if another process runs it
	done    chan struct{}
	left    chan struct{} // closed by Stop
	held    *lock         // whole if we run it, shared if we are attached

	stop    sync.Once
	stopErr error
}

// Start runs the private Postgres of a data folder for a server, making the cluster at first
// start, and returns when it accepts connections. Nothing else runs it until [Server.Stop].
//
// The error is [ErrInUse], at once, if another server holds the folder. A subcommand that runs
// the database for its own duration is waited for up to ten seconds, then ErrInUse too. What a
// killed predecessor has left behind is stopped and recovered. The context bounds the start only.
func Start(ctx context.Context, o Options) (*Server, error) {
	c, err := open(o)
	if err != nil {
		return nil, err
	}
	giveUp := time.Now().Add(patience)
	for told := false; ; told = true {
		held, err := c.lockRun("server")
		if err == nil {
			return c.start(ctx, held)
		}
		if !errors.Is(err, errHeld) {
			return nil, fmt.Errorf("postgres: %w", err)
		}
		by := c.runHolder()
		if by.kind == "server" || time.Now().After(giveUp) {
			return nil, fmt.Errorf("postgres: %w: %s is held by %s", ErrInUse, c.Dir, by)
		}
		if !told {
			c.Log.Info("waiting for the data folder", "folder", c.Dir, "held by", by.String())
		}
		if err := pause(ctx); err != nil {
			return nil, fmt.Errorf("postgres: %w", err)
		}
	}
}

// Attach gives a subcommand the private Postgres of a data folder: the one that a server or
// another subcommand runs there, else one that it starts for itself and stops in [Server.Stop].
//
// It waits up to a minute for one that is just starting, then fails with [ErrInUse]. A process
// that stops while others are attached to its Postgres waits for them for up to ten seconds; after
// that their connections end, and [Server.Done] tells them.
func Attach(ctx context.Context, o Options) (*Server, error) {
	c, err := open(o)
	if err != nil {
		return nil, err
	}
	giveUp := time.Now().Add(attachWait)
	for {
		held, err := c.lockRun("subcommand")
		if err == nil {
			return c.start(ctx, held)
		}
		if !errors.Is(err, errHeld) {
			return nil, fmt.Errorf("postgres: %w", err)
		}
		if s, ok := c.join(); ok {
			return s, nil
		}
		if time.Now().After(giveUp) {
			return nil, fmt.Errorf("postgres: %w: %s is held by %s, whose Postgres does not answer",
				ErrInUse, c.Dir, c.runHolder())
		}
		if err := pause(ctx); err != nil {
			return nil, fmt.Errorf("postgres: %w", err)
		}
	}
}

// URL returns a connection string for pgx or psql: the given role and database over the Unix
// socket. Either is taken as it is, whatever characters it has.
func (s *Server) URL(role, database string) string {
	query := url.Values{
		"host": {s.socket}, "port": {port}, "user": {role}, "sslmode": {"disable"},
	}.Encode()
	return (&url.URL{
		Scheme:   "postgres",
		Path:     "/" + database,
		RawQuery: strings.ReplaceAll(query, "+", "%20"), // libpq knows no plus for a space
	}).String()
}

// Superuser returns the name of the cluster's superuser, who makes the other roles.
func (s *Server) Superuser() string { return superuser }

// Version returns the major version of the cluster, such as 15.
func (s *Server) Version() int { return s.cluster.version }

// Done is closed when the Postgres process has ended, by whatever cause, and after Stop.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err tells in one line why Postgres has ended although nobody called Stop. It is nil before Done
// is closed and after Stop.
func (s *Server) Err() error {
	if isClosed(s.left) || !isClosed(s.done) {
		return nil
	}
	switch {
	case s.running == nil:
		return fmt.Errorf("postgres: process %d, which another one ran, has ended", s.pid)
	case s.running.err == nil:
		return errors.New("postgres: stopped from outside")
	}
	return fmt.Errorf("postgres: ended: %w (see %s)", s.running.err, s.cluster.logFile())
}

// Stop ends the use of the private Postgres. If this process runs it, it is stopped: those that
// are attached get up to ten seconds to finish, then all connections end, and within another 25
// seconds so does Postgres. Otherwise it runs on. Further calls return the same error, which is
// not nil only if Postgres had to be killed; nothing committed is lost even then.
func (s *Server) Stop() error {
	s.stop.Do(func() {
		close(s.left)
		if s.running != nil {
			s.stopErr = s.shutDown()
		}
		s.held.release()
	})
	return s.stopErr
}

// shutDown stops our own Postgres.
func (s *Server) shutDown() error {
	c := s.cluster
	attached := c.lockAttachedWhole(s.done)
	defer attached.release()
	defer c.removeSocketFolder(s.socket)
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGINT, fastWait}, {syscall.SIGQUIT, hardWait}, {syscall.SIGKILL, hardWait}} {
		s.running.signal(step.signal)
		select {
		case <-s.done:
			if step.signal == syscall.SIGINT {
				return nil
			}
			return fmt.Errorf("postgres: did not stop within %v and was ended by force; "+
				"the next start recovers it", fastWait)
		case <-time.After(step.wait):
		}
	}
	return fmt.Errorf("postgres: process %d does not end", s.pid)
}

// join attaches to the Postgres that another process runs, if it is ready.
func (c cluster) join() (*Server, bool) {
	if p, err := c.pidFile(); err != nil || !p.ready {
		return nil, false
	}
	held, err := c.lockAttachedShared()
	if err != nil {
		return nil, false // its process is stopping it
	}
	// Only now is it safe from being stopped under our feet, so look again.
	p, err := c.pidFile()
	if err != nil || !p.ready || !isPostmaster(p.pid, c.data) {
		held.release()
		return nil, false
	}
	if c.version, err = c.madeBy(); err != nil {
		held.release()
		return nil, false
	}
	s := &Server{
		cluster: c, socket: p.socket, pid: p.pid, held: held,
		done: make(chan struct{}), left: make(chan struct{}),
	}
	go s.watch()
	return s, true
}

// watch closes done when the process that another one runs has ended.
func (s *Server) watch() {
	defer close(s.done)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for alive(s.pid) {
		select {
		case <-tick.C:
		case <-s.left:
			return
		}
	}
}

// start runs the cluster under the lock, which it releases if it fails.
func (c cluster) start(ctx context.Context, held *lock) (*Server, error) {
	begun := time.Now()
	s := &Server{left: make(chan struct{}), held: held}
	err := c.prepare(ctx)
	if err == nil {
		s.socket, err = c.socketFolder()
	}
	if err == nil {
		if s.running, err = c.serve(ctx, s.socket); err != nil {
			c.removeSocketFolder(s.socket)
		}
	}
	if err != nil {
		held.release()
		if ctx.Err() != nil { // the rest follows from this
			err = context.Cause(ctx)
		}
		return nil, fmt.Errorf("postgres: %w", err)
	}
	c.Log.Info("postgres is ready", "folder", c.data, "version", c.version,
		"took", time.Since(begun).Round(time.Millisecond).String())
	s.cluster, s.pid, s.done = c, s.running.cmd.Process.Pid, s.running.done
	return s, nil
}

// DefaultDir returns the data folder to use when none is set: dir, made absolute, or
// /var/lib/counterclaim if root runs the program and the account that would run Postgres cannot
// enter dir, as in a checkout under root's home. In the second case note is a line to print. The
// error is [ErrAccount] if there is no account to run Postgres as.
func DefaultDir(dir string) (_, note string, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return "", "", fmt.Errorf("postgres: %w", err)
	}
	if os.Geteuid() != 0 {
		return dir, "", nil
	}
	owner, err := accountFor(filepath.Join(dir, clusterName))
	if err != nil {
		return "", "", fmt.Errorf("postgres: %w", err)
	}
	near := dir
	for !exists(near) {
		near = filepath.Dir(near)
	}
	switch err := owner.reach(near); {
	case errors.Is(err, ErrUnreachable):
		return rootDir, fmt.Sprintf("data folder: %s, since Postgres runs as %s, who cannot enter %s",
			rootDir, owner.name, dir), nil
	case err != nil:
		return "", "", fmt.Errorf("postgres: %w", err)
	}
	return dir, "", nil
}

// rootDir is the data folder of root where the default one is out of reach.
const rootDir = "/var/lib/counterclaim"

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, os.ErrNotExist)
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// pause waits one poll, or returns the reason why ctx has ended.
func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(poll):
		return nil
	}
}

// alive says whether there is a process with the given number, anybody's.
func alive(pid int) bool {
	return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}
