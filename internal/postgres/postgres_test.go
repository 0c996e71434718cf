package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// newFolder returns an empty folder that every account can enter, unlike [testing.T.TempDir].
func newFolder(t testing.TB) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "postgres-test-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	return folder
}

// unborn returns options for a cluster that is not yet there and lives no longer than the test.
func unborn(t testing.TB) Options {
	t.Helper()
	return Options{
		Dir:       filepath.Join(newFolder(t), "data"),
		Roles:     []string{"desk"},
		Ephemeral: true,
	}
}

// throwAway returns options for a copy of a cluster that is there, which is quicker.
func throwAway(t testing.TB) Options {
	t.Helper()
	model, err := modelCluster()
	if err != nil {
		t.Fatal(err)
	}
	o := unborn(t)
	if err := os.Mkdir(o.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("cp", "-a", model, o.Dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return o
}

// modelCluster makes the cluster that throwAway copies.
var modelCluster = sync.OnceValues(func() (string, error) {
	dir, err := sharedFolder()
	if err != nil {
		return "", err
	}
	s, err := Start(context.Background(), Options{Dir: filepath.Join(dir, "data"), Ephemeral: true})
	if err != nil {
		return "", err
	}
	return s.cluster.data, s.Stop()
})

// mustStart starts a server, which the test may stop itself.
func mustStart(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mustStop(t, s) })
	return s
}

// mustAttach attaches to a server, as mustStart.
func mustAttach(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := Attach(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mustStop(t, s) })
	return s
}

func mustStop(t testing.TB, s *Server) {
	t.Helper()
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
}

// psql asks a server something with a client of its own, as the given account.
func psql(as *syscall.Credential, url, statement string) (string, error) {
	b, err := findBinaries("", os.Getenv("PATH"), usualFolders, 0)
	if err != nil {
		return "", err
	}
	cmd := exec.Command(b.program("psql"), "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1",
		"-d", url, "-c", statement)
	cmd.Env = environment()
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return strings.TrimSpace(string(out)), nil
}

// ask is psql for the superuser, where no failure is expected.
func ask(t testing.TB, s *Server, database, statement string) string {
	t.Helper()
	out, err := psql(nil, s.URL(s.Superuser(), database), statement)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// onlyRoot skips what an ordinary user cannot try: becoming somebody else.
func onlyRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can run programs as other accounts")
	}
}

// nobody is an ordinary user that every system has.
func nobody(t *testing.T) *syscall.Credential {
	t.Helper()
	u, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	a, err := newAccount(u)
	if err != nil {
		t.Fatal(err)
	}
	return &syscall.Credential{Uid: a.uid, Gid: a.gid}
}

func ownerOf(t *testing.T, path string) uint32 {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Sys().(*syscall.Stat_t).Uid
}

// A record collects what is logged.
type record struct {
	sync.Mutex
	bytes.Buffer
}

func (r *record) Write(b []byte) (int, error) {
	r.Lock()
	defer r.Unlock()
	return r.Buffer.Write(b)
}

func (r *record) has(s string) bool {
	r.Lock()
	defer r.Unlock()
	return strings.Contains(r.String(), s)
}

func (r *record) logger() *slog.Logger { return slog.New(slog.NewTextHandler(r, nil)) }

func TestStart(t *testing.T) {
	t.Parallel()
	o := unborn(t)
	o.Ephemeral = false
	o.Database = `counter "claim"`
	s := mustStart(t, o)
	if s.Version() < oldest {
		t.Errorf("version = %d, want %d or newer", s.Version(), oldest)
	}
	for setting, want := range map[string]string{
		"listen_addresses":        "",
		"unix_socket_permissions": "0700",
		"data_checksums":          "on",
		"fsync":                   "on",
		"full_page_writes":        "on",
		"synchronous_commit":      "on",
		"max_wal_size":            "1GB",
		"server_encoding":         "UTF8",
	} {
		if got := ask(t, s, o.Database, "SHOW "+setting); got != want {
			t.Errorf("%s = %q, want %q", setting, got, want)
		}
	}
	for expression, want := range map[string]string{
		"lower('ЛАЧИН') = 'лачин'":               "t",
		"upper('լաչին') = 'ԼԱՉԻՆ'":               "t",
		"cardinality(show_trgm('Лачин')) > 0":    "t",
		"cardinality(show_trgm('Լաչին')) > 0":    "t",
		"similarity('Лачин', 'лачинский') > 0.3": "t",
	} {
		out := ask(t, s, o.Database, "CREATE EXTENSION IF NOT EXISTS pg_trgm; SELECT "+expression)
		if lines := strings.Split(out, "\n"); lines[len(lines)-1] != want {
			t.Errorf("%s = %q, want %q", expression, out, want)
		}
	}
	ask(t, s, o.Database, "CREATE TABLE kept AS SELECT 1 AS n")
	pid := s.pid
	mustStop(t, s)
	mustStop(t, s)
	within(t, time.Second, "Done", s.Done())
	if err := s.Err(); err != nil {
		t.Errorf("Err after Stop = %v", err)
	}
	if !gone(pid) {
		t.Errorf("process %d is still there", pid)
	}
	left, err := filepath.Glob(filepath.Join(s.socket, ".s.*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}

	warm := mustStart(t, o)
	if got := ask(t, warm, o.Database, "SELECT n FROM kept"); got != "1" {
		t.Errorf("after a restart n = %q, want 1", got)
	}
}

func TestEphemeral(t *testing.T) {
	t.Parallel()
	s := mustStart(t, throwAway(t))
	for _, setting := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		if got := ask(t, s, "postgres", "SHOW "+setting); got != "off" {
			t.Errorf("%s = %q, want off", setting, got)
		}
	}
}

func BenchmarkStart(b *testing.B) {
	for name, ephemeral := range map[string]bool{"cold": false, "coldEphemeral": true} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				o := unborn(b)
				o.Ephemeral, o.Database = ephemeral, "counterclaim"
				mustStop(b, mustStart(b, o))
			}
		})
	}
	b.Run("warm", func(b *testing.B) {
		o := throwAway(b)
		o.Ephemeral = false
		mustStop(b, mustStart(b, o))
		for b.Loop() {
			mustStop(b, mustStart(b, o))
		}
	})
}

func TestURL(t *testing.T) {
	t.Parallel()
	s := &Server{socket: "/a b/c+d"}
	u, err := url.Parse(s.URL("the desk+", "news/room ?"))
	if err != nil {
		t.Fatal(err)
	}
	if u.Scheme != "postgres" || u.Host != "" || u.Path != "/news/room ?" {
		t.Errorf("URL = %v", u)
	}
	for key, want := range map[string]string{
		"host": "/a b/c+d", "port": "5432", "user": "the desk+", "sslmode": "disable",
	} {
		if got := u.Query().Get(key); got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
	if strings.Contains(u.RawQuery, "+") {
		t.Errorf("query %q has a plus, which libpq does not read as a space", u.RawQuery)
	}
}

func TestAccess(t *testing.T) {
	t.Parallel()
	s := mustStart(t, throwAway(t))
	ask(t, s, "postgres", `CREATE ROLE desk LOGIN; CREATE ROLE stranger LOGIN`)

	if got, err := psql(nil, s.URL("desk", "postgres"), "SELECT current_user"); got != "desk" {
		t.Errorf("as desk: %q, %v", got, err)
	}
	_, err := psql(nil, s.URL("stranger", "postgres"), "SELECT 1")
	if err == nil || !strings.Contains(err.Error(), "Peer authentication failed") {
		t.Errorf("as a role without an entry: %v, want a refusal", err)
	}
	info, err := os.Stat(s.socket)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder of the socket: %v, %v; want it closed", info.Mode(), err)
	}
}

func TestAccessOfAnotherAccount(t *testing.T) {
	t.Parallel()
	onlyRoot(t)
	s := mustStart(t, throwAway(t))
	address := s.URL(s.Superuser(), "postgres")

	owner := &syscall.Credential{Uid: s.cluster.owner.uid, Gid: s.cluster.owner.gid}
	if got, err := psql(owner, address, "SELECT 1"); got != "1" {
		t.Errorf("as the owner: %q, %v", got, err)
	}
	_, err := psql(nobody(t), address, "SELECT 1")
	if err == nil || !strings.Contains(err.Error(), "Permission denied") {
		t.Errorf("as another account: %v, want a closed folder", err)
	}
	// The folder is one fence, the kernel's word for who connects is the other.
	for path, mode := range map[string]os.FileMode{
		s.socket: 0o711, filepath.Join(s.socket, socketName): 0o777,
	} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	_, err = psql(nobody(t), address, "SELECT 1")
	if err == nil || !strings.Contains(err.Error(), "Peer authentication failed") {
		t.Errorf("as another account in an open folder: %v, want a refusal", err)
	}
}

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

// A client at work is what keeps a killed Postgres in memory for longest.
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

// diesWithParent says whether dieWithParent does anything on this system.
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

// After a crash of the machine the number in postmaster.pid may be anybody's.
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

// A process has the folder, but its Postgres is not there yet or no more.
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

func TestLongPath(t *testing.T) {
	t.Parallel()
	o := unborn(t)
	o.Dir = filepath.Join(o.Dir, strings.Repeat("long ", 25))
	s := mustStart(t, o)
	if len(filepath.Join(s.socket, socketName)) > longestPath {
		t.Errorf("socket in %s", s.socket)
	}
	info, err := os.Stat(s.socket)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder of the socket: %v, %v; want it closed", info.Mode(), err)
	}
	if got := ask(t, mustAttach(t, o), "postgres", "SELECT 1"); got != "1" {
		t.Errorf("SELECT 1 = %q", got)
	}
	usual := s.socket
	if err := syscall.Kill(s.pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	within(t, 10*time.Second, "Done", s.Done())
	if again, err := s.cluster.socketFolder(); err != nil || again != usual {
		t.Errorf("after a kill the folder is %s, %v; want %s again", again, err, usual)
	}
	mustStop(t, s)
	if exists(usual) {
		t.Errorf("%s is left", usual)
	}

	// Somebody has taken the name.
	if err := os.Mkdir(usual, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(usual) })
	s = mustStart(t, o)
	if s.socket == usual || ask(t, s, "postgres", "SELECT 1") != "1" {
		t.Errorf("socket in %s, which somebody else had made", s.socket)
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	onlyRoot(t)
	home := filepath.Join(newFolder(t), "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(home, "checkout", "data")
	_, err := Start(t.Context(), Options{Dir: dir})
	if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "cannot enter "+home+";") {
		t.Errorf("Start = %v, want ErrUnreachable with the closed folder", err)
	}
	_, err = Attach(t.Context(), Options{Dir: dir})
	if !errors.Is(err, ErrUnreachable) {
		t.Errorf("Attach = %v, want ErrUnreachable", err)
	}
	got, note, err := DefaultDir(filepath.Join(home, "other", "data"))
	if err != nil || got != rootDir || !strings.Contains(note, home) {
		t.Errorf("DefaultDir = %q, %q, %v", got, note, err)
	}
}

func TestDefaultDir(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(newFolder(t), "not", "there", "yet")
	got, note, err := DefaultDir(dir)
	if err != nil || got != dir || note != "" {
		t.Errorf("DefaultDir = %q, %q, %v; want %q as it is", got, note, err, dir)
	}
	got, _, err = DefaultDir("data")
	if err != nil || !filepath.IsAbs(got) {
		t.Errorf("DefaultDir = %q, %v; want it absolute", got, err)
	}
}

func TestNotCluster(t *testing.T) {
	t.Parallel()
	o := unborn(t)
	file := filepath.Join(o.Dir, clusterName, "letter.txt")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("dear reader"), 0o644); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		a, err := accountFor(filepath.Join(o.Dir, "none"))
		if err != nil {
			t.Fatal(err)
		}
		if err := a.own(filepath.Dir(file)); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Start(t.Context(), o)
	if !errors.Is(err, ErrNotCluster) || !exists(file) {
		t.Errorf("Start = %v, want ErrNotCluster and the file kept", err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	mustStart(t, o) // an empty folder is in nobody's way
}

func TestForeignVersion(t *testing.T) {
	t.Parallel()
	o := throwAway(t)
	s := mustStart(t, o)
	mustStop(t, s)
	versionFile := filepath.Join(s.cluster.data, "PG_VERSION")
	if err := os.WriteFile(versionFile, []byte("9.6\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bin := range []string{"", s.cluster.folder} {
		o.Bin = bin
		_, err := Start(t.Context(), o)
		want := []string{"PostgreSQL 9", fmt.Sprintf("%d in ", s.Version()), o.Dir, "POSTGRES_BIN"}
		for _, w := range want {
			if !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), w) {
				t.Errorf("Start with Bin %q = %v, want ErrVersion with %s", bin, err, w)
			}
		}
	}
	if err := os.WriteFile(versionFile, fmt.Appendln(nil, s.Version()), 0o600); err != nil {
		t.Fatal(err)
	}
	o.Bin = ""
	mustStart(t, o) // nothing has touched it
}

func TestLogIsSetAside(t *testing.T) {
	t.Parallel()
	o := throwAway(t)
	s := mustStart(t, o)
	mustStop(t, s)
	if err := os.Truncate(s.cluster.logFile(), biggestLog+1); err != nil {
		t.Fatal(err)
	}
	mustStart(t, o)
	info, err := os.Stat(s.cluster.logFile())
	if err != nil || info.Size() > biggestLog || !exists(s.cluster.logFile()+".1") {
		t.Errorf("log of %d bytes, %v; want a new one", info.Size(), err)
	}
}

func TestLocaleOfTheSystem(t *testing.T) {
	t.Parallel()
	o := unborn(t)
	c, err := open(o)
	if err != nil {
		t.Fatal(err)
	}
	if c.binaries, err = findBinaries("", os.Getenv("PATH"), usualFolders, 0); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		locales []string
		works   bool
	}{
		{"the first is missing", []string{"xx_XX.UTF-8", "C.UTF-8"}, true},
		{"all are missing", []string{"xx_XX.UTF-8", "yy_YY.UTF-8"}, false},
	} {
		folder, err := os.MkdirTemp(c.Dir, halfMade)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.owner.own(folder); err != nil {
			t.Fatal(err)
		}
		if err := c.initialise(t.Context(), folder, test.locales); (err == nil) != test.works {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}
