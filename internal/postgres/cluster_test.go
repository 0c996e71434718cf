package postgres

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

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

func TestBrokenSettings(t *testing.T) {
	t.Parallel()
	o := throwAway(t)
	file := filepath.Join(o.Dir, clusterName, "postgresql.auto.conf")
	if err := os.WriteFile(file, []byte("work_mem = 'much'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), o)
	for _, want := range []string{"ended while starting", "postgresql.auto.conf", "postgres.log"} {
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("Start = %v, want one line with %s", err, want)
		}
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	mustStart(t, o)
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

// TestExistingIsGone checks that nothing is made in the place of a cluster that should be there.
func TestExistingIsGone(t *testing.T) {
	t.Parallel()
	o := unborn(t)
	o.Existing = true
	if _, err := Start(t.Context(), o); !errors.Is(err, ErrNotCluster) || exists(filepath.Join(o.Dir, clusterName)) {
		t.Errorf("Start = %v, want ErrNotCluster and no cluster", err)
	}
	o.Existing = false
	mustStart(t, o)
}
