package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"counterclaim/internal/corpus"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store/storetest"
)

// binary is the program under test, built once.
var binary string

// binaryPrefix begins the name of the folder of the program, which ends with the number of the process.
const binaryPrefix = "counterclaim-server-"

func TestMain(m *testing.M) {
	if err := buildBinary(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	storetest.Main(m) // does not return; the next run clears the folder away
}

// buildBinary builds the program, after removing those of test binaries that have ended.
func buildBinary() error {
	old, _ := filepath.Glob(filepath.Join(os.TempDir(), binaryPrefix+"*")) // fails only for a malformed pattern
	for _, folder := range old {
		pid, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(folder), binaryPrefix))
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			_ = os.RemoveAll(folder) // it may be another account's
		}
	}
	folder := filepath.Join(os.TempDir(), binaryPrefix+strconv.Itoa(os.Getpid()))
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	binary = filepath.Join(folder, "server")
	args := []string{"build", "-o", binary}
	if raceEnabled {
		args = append(args, "-race")
	}
	out, err := exec.Command("go", append(args, ".")...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// patience bounds the wait for anything that should happen soon.
const patience = 30 * time.Second

// within calls done until it is true, and fails the test if that takes too long.
func within(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// environment is all that the program sees of ours, with settings as NAME=value.
func environment(settings ...string) []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "ADDR=127.0.0.1:0"}
	return append(env, settings...)
}

// A call is a finished run of the program.
type call struct {
	status         int
	stdout, stderr string
}

// invoke runs the program to its end with settings as NAME=value.
func invoke(t *testing.T, settings []string, args ...string) call {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = environment(settings...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}
	return call{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// succeed runs the program and fails the test if the program fails.
func succeed(t *testing.T, settings []string, args ...string) call {
	t.Helper()
	c := invoke(t, settings, args...)
	if c.status != 0 {
		t.Fatalf("server %s: status %d\n%s%s", strings.Join(args, " "), c.status, c.stdout, c.stderr)
	}
	return c
}

// refused runs the program and fails the test unless it ends with a status and a last line that has the words.
func refused(t *testing.T, settings []string, status int, words string, args ...string) call {
	t.Helper()
	c := invoke(t, settings, args...)
	if c.status != status {
		t.Errorf("server %s: status %d, want %d\n%s%s", strings.Join(args, " "), c.status, status, c.stdout, c.stderr)
	}
	lines := strings.Split(strings.TrimSuffix(c.stderr, "\n"), "\n")
	if last := lines[len(lines)-1]; !strings.HasPrefix(last, "server: ") || !strings.Contains(last, words) {
		t.Errorf("server %s: last line %q, want %q in it", strings.Join(args, " "), last, words)
	}
	return c
}

// A transcript is what a running program writes, safe to read meanwhile.
type transcript struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.Write(p)
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}

// A running server is one that has said where it is.
type running struct {
	t              *testing.T
	cmd            *exec.Cmd
	url            string // without a slash at its end
	stdout, stderr *transcript
	ended          chan struct{}
}

var address = regexp.MustCompile(`http://[0-9.:]+`)

// start starts a server. It is killed after the test if it still runs.
func start(t *testing.T, settings ...string) *running {
	t.Helper()
	r := launch(t, binary, settings...)
	r.await()
	return r
}

// launch starts a server without waiting for it.
func launch(t *testing.T, program string, settings ...string) *running {
	t.Helper()
	r := &running{t: t, cmd: exec.Command(program), stdout: new(transcript), stderr: new(transcript), ended: make(chan struct{})}
	r.cmd.Env = environment(settings...)
	r.cmd.Stdout, r.cmd.Stderr = r.stdout, r.stderr
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = r.cmd.Wait() // the state tells
		close(r.ended)
	}()
	t.Cleanup(func() {
		_ = r.cmd.Process.Kill() // it may have ended
		<-r.ended
		if t.Failed() {
			written := r.stdout.String() + r.stderr.String()
			t.Logf("the server wrote at last:\n%s", written[max(0, len(written)-4000):])
		}
	})
	return r
}

// await waits until the server says where it is, and that it is ready.
func (r *running) await() {
	r.t.Helper()
	within(r.t, "the server says where it is", func() bool {
		select {
		case <-r.ended:
			r.t.Fatalf("the server has ended:\n%s%s", r.stdout, r.stderr)
		default:
		}
		r.url = address.FindString(r.stdout.String())
		return r.url != ""
	})
	within(r.t, "the server is ready", func() bool { return r.status(readyPath) == http.StatusOK })
}

// signal sends a signal and returns the exit status, -1 for one that a signal ended.
func (r *running) signal(s syscall.Signal) int {
	r.t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		r.t.Fatal(err)
	}
	select {
	case <-r.ended:
	case <-time.After(2 * patience):
		r.t.Fatalf("the server does not end after signal %v", s)
	}
	return r.cmd.ProcessState.ExitCode()
}

// get returns the status and body of a page; status 0 if nobody answers.
func (r *running) get(path string) (int, string) {
	r.t.Helper()
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Get(r.url + path)
	if err != nil {
		return 0, ""
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, ""
	}
	return answer.StatusCode, string(body)
}

func (r *running) status(path string) int {
	status, _ := r.get(path)
	return status
}

// openFolder returns a new folder that every account can enter, as the one that runs Postgres must.
func openFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "counterclaim-data-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

// writeFiles writes files by their names below a folder, and returns the folder.
func writeFiles(t *testing.T, folder string, files map[string][]byte) string {
	t.Helper()
	for name, data := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// corpusFolder writes a corpus into a new folder.
func corpusFolder(t *testing.T, c narrative.Collection) string {
	t.Helper()
	files, err := corpus.Write(c)
	if err != nil {
		t.Fatal(err)
	}
	return writeFiles(t, t.TempDir(), files)
}

// edit replaces a text that stands once in a file.
func edit(t *testing.T, path, before, after string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), before); n != 1 {
		t.Fatalf("%q stands %d times in %s, want once", before, n, path)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(data), before, after, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// readTree returns all files below a folder by their names.
func readTree(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path) // path is below folder
		files[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
