package postgres

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// theirFolder returns a folder in which an account may write.
func theirFolder(t *testing.T, uid uint32) string {
	t.Helper()
	folder := filepath.Join(newFolder(t), "home")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(folder, int(uid), -1); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestOrdinaryUser(t *testing.T) {
	t.Parallel()
	onlyRoot(t)
	user := nobody(t)
	o := unborn(t)
	o.Dir = filepath.Join(theirFolder(t, user.Uid), "data")

	c := startChild(t, user, order{Options: o}).ready(t)
	if got, err := psql(user, c.url, "SELECT 1"); got != "1" {
		t.Errorf("SELECT 1 = %q, %v", got, err)
	}
	if got, err := psql(nil, c.url, "SELECT 1"); got != "1" {
		t.Errorf("as root: %q, %v", got, err)
	}
	if s := mustAttach(t, o); s.pid != c.pid {
		t.Errorf("root attached to process %d, want %d", s.pid, c.pid)
	} else {
		mustStop(t, s)
	}
	c.finish(t)

	// Root leaves the cluster to its owner, and the owner can go on.
	s := mustStart(t, o)
	data := filepath.Join(o.Dir, clusterName)
	if got := ownerOf(t, data); got != user.Uid {
		t.Errorf("the cluster belongs to %d, want %d", got, user.Uid)
	}
	if got := ownerOf(t, filepath.Join(data, "postmaster.pid")); got != user.Uid {
		t.Errorf("Postgres runs as %d, want %d", got, user.Uid)
	}
	if got, err := psql(user, s.URL("postgres", "postgres"), "SELECT 1"); got != "1" {
		t.Errorf("as the owner: %q, %v", got, err)
	}
	mustStop(t, s)
	startChild(t, user, order{Options: o}).ready(t).finish(t)
}

// What root has made first must not lock its owner out.
func TestOwnerAfterRoot(t *testing.T) {
	t.Parallel()
	onlyRoot(t)
	o := unborn(t)
	s := mustStart(t, o)
	owner := s.cluster.owner
	mustStop(t, s)
	if owner.uid == 0 {
		t.Fatal("the cluster belongs to root")
	}
	as := &syscall.Credential{Uid: owner.uid, Gid: owner.gid}
	startChild(t, as, order{Options: o}).ready(t).finish(t)

	why := startChild(t, nobody(t), order{Options: o}).refused(t)
	if owner.name != "nobody" && !strings.Contains(why, ErrAccount.Error()) {
		t.Errorf("another account is told %q, want that it does not own the cluster", why)
	}
}

func TestClusterOfRoot(t *testing.T) {
	t.Parallel()
	onlyRoot(t)
	o := unborn(t)
	if err := os.MkdirAll(filepath.Join(o.Dir, clusterName), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), o)
	if !errors.Is(err, ErrAccount) || !strings.Contains(err.Error(), "belongs to root") {
		t.Errorf("Start = %v, want ErrAccount", err)
	}
}

func TestAccountWithoutEntry(t *testing.T) {
	t.Parallel()
	const number = 54321
	if _, err := accountOf(number); !errors.Is(err, ErrAccount) {
		t.Errorf("accountOf = %v, want ErrAccount", err)
	}
	onlyRoot(t)
	o := unborn(t)
	o.Dir = filepath.Join(theirFolder(t, number), "data")
	for _, attach := range []bool{false, true} {
		as := &syscall.Credential{Uid: number, Gid: number}
		why := startChild(t, as, order{Options: o, Attach: attach}).refused(t)
		if !strings.Contains(why, "54321 has no entry in the password file") {
			t.Errorf("attach=%v: told %q", attach, why)
		}
	}
}

func TestRootWithoutCapability(t *testing.T) {
	t.Parallel()
	onlyRoot(t)
	if runtime.GOOS != "linux" {
		t.Skip("only Linux divides root's rights")
	}
	why := startChild(t, nil, order{Options: unborn(t)}, dropVariable+"=1").refused(t)
	if !strings.Contains(why, ErrAccount.Error()) || !strings.Contains(why, "CAP_SETUID") {
		t.Errorf("told %q, want that CAP_SETUID is missing", why)
	}
}

func TestFolderOfAnother(t *testing.T) {
	t.Parallel()
	onlyRoot(t)
	o := unborn(t)
	o.Dir = filepath.Join(newFolder(t), "data") // in which only root may write
	why := startChild(t, nobody(t), order{Options: o}).refused(t)
	if !strings.Contains(why, ErrUnreachable.Error()) || !strings.Contains(why, o.Dir) {
		t.Errorf("told %q, want that the folder is out of reach", why)
	}
}

// A user of the folder must not have root write elsewhere.
func TestLinkInTheFolder(t *testing.T) {
	t.Parallel()
	folder := newFolder(t)
	target := filepath.Join(folder, "target")
	if err := os.WriteFile(target, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := unborn(t)
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, filepath.Join(o.Dir, clusterName+".lock")); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), o)
	if !errors.Is(err, syscall.ELOOP) {
		t.Errorf("Start = %v, want that it follows no link", err)
	}
	if b, err := os.ReadFile(target); err != nil || string(b) != "precious" {
		t.Errorf("the target of the link is %q, %v", b, err)
	}
}

// The terminal's Ctrl-C goes to its process group, which must not have Postgres in it.
func TestOwnProcessGroup(t *testing.T) {
	t.Parallel()
	s := mustStart(t, throwAway(t))
	group, err := syscall.Getpgid(s.pid)
	if err != nil || group != s.pid {
		t.Errorf("process group %d, %v; want its own, %d", group, err, s.pid)
	}
}

func TestChildFails(t *testing.T) {
	t.Parallel()
	_, err := run(exec.Command("/bin/sh", "-c",
		"echo starting; echo 'initdb: error: no room' >&2; echo done; exit 3"))
	if err == nil || err.Error() != "exit status 3: no room" {
		t.Errorf("run = %v, want the line that tells why", err)
	}
	_, err = run(exec.Command("/bin/sh", "-c", "echo first; echo last; exit 1"))
	if err == nil || err.Error() != "exit status 1: last" {
		t.Errorf("run = %v, want the last line", err)
	}
}
