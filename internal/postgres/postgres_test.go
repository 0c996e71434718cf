package postgres

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
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

// A client at work is what keeps a killed Postgres in memory for longest.
// diesWithParent says whether dieWithParent does anything on this system.
// After a crash of the machine the number in postmaster.pid may be anybody's.
// A process has the folder, but its Postgres is not there yet or no more.
