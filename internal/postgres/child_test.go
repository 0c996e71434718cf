package postgres

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// childVariable makes the test binary run as a program of its own, which a test may kill.
const childVariable = "POSTGRES_TEST_CHILD"

// An order tells the child what to do.
type order struct {
	Attach  bool // else start
	Options Options
}

func TestMain(m *testing.M) {
	if text, ok := os.LookupEnv(childVariable); ok {
		if err := obey(text); err != nil {
			fmt.Println("failed:", err)
			os.Exit(1)
		}
		return
	}
	patience = 5 * time.Second
	code := m.Run()
	if dir, err := sharedFolder(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// obey opens a server, says so with the number of its process and its address, and closes it when
// its input ends.
func obey(text string) error {
	if err := dropCapability(); err != nil {
		return err
	}
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	begin := Start
	if o.Attach {
		begin = Attach
	}
	s, err := begin(context.Background(), o.Options)
	if err != nil {
		return err
	}
	fmt.Println("ready:", s.pid, s.URL(s.Superuser(), "postgres"))
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	if err := s.Stop(); err != nil {
		return err
	}
	fmt.Println("stopped")
	return nil
}

// A child is a running test binary.
type child struct {
	cmd   *exec.Cmd
	stdin io.Closer
	lines *bufio.Scanner
	pid   int // of its Postgres
	url   string
}

// sharedFolder is a folder of this run that every account can enter.
var sharedFolder = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "postgres-test-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755)
})

// childBinary is a copy of the test binary, which is in a folder that others cannot enter.
var childBinary = sync.OnceValues(func() (string, error) {
	dir, err := sharedFolder()
	if err != nil {
		return "", err
	}
	b, err := os.ReadFile(os.Args[0])
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "child")
	return path, os.WriteFile(path, b, 0o755)
})

// startChild runs the test binary with an order, as the given account.
func startChild(t *testing.T, as *syscall.Credential, o order, env ...string) *child {
	t.Helper()
	binary, err := childBinary()
	if err != nil {
		t.Fatal(err)
	}
	o.Options.Log = nil
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary)
	cmd.Env = append(append(os.Environ(), childVariable+"="+string(text)), env...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &child{cmd: cmd, stdin: stdin, lines: bufio.NewScanner(stdout)}
	t.Cleanup(c.kill)
	return c
}

// said returns the child's next line, empty at the end of its output.
func (c *child) said() string {
	c.lines.Scan()
	return c.lines.Text()
}

// ready waits until the child has a server.
func (c *child) ready(t *testing.T) *child {
	t.Helper()
	line := c.said()
	if _, err := fmt.Sscanf(line, "ready: %d %s", &c.pid, &c.url); err != nil {
		t.Fatalf("child says %q, want that it is ready", line)
	}
	return c
}

// refused waits until the child has given up, and returns why.
func (c *child) refused(t *testing.T) string {
	t.Helper()
	line := c.said()
	why, ok := strings.CutPrefix(line, "failed: ")
	if !ok {
		t.Fatalf("child says %q, want that it failed", line)
	}
	return why
}

// finish lets the child close its server and end.
func (c *child) finish(t *testing.T) {
	t.Helper()
	c.stdin.Close()
	if line := c.said(); line != "stopped" {
		t.Errorf("child says %q, want that it stopped", line)
	}
	if err := c.cmd.Wait(); err != nil {
		t.Errorf("child: %v", err)
	}
}

// kill ends the child by kill -9.
func (c *child) kill() {
	_ = c.cmd.Process.Kill() // it may have ended
	_ = c.cmd.Wait()
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !holds(); time.Sleep(poll) {
		if time.Now().After(end) {
			t.Fatalf("after 30 seconds still not: %s", what)
		}
	}
}

// within fails the test unless a channel is closed soon.
func within(t *testing.T, limit time.Duration, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(limit):
		t.Fatalf("after %v still not: %s", limit, what)
	}
}

// gone says whether there is no process with the given number, or only the trace of an orphan that
// nobody has waited for.
func gone(pid int) bool {
	if !alive(pid) {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(stat), ") Z ")
}
