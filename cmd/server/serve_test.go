package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store/storetest"
)

// postgresPID returns the process that serves the private cluster in a data folder, 0 for none.
func postgresPID(folder string) int {
	data, err := os.ReadFile(filepath.Join(folder, "postgres", "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(data), "\n")
	pid, _ := strconv.Atoi(first) // 0 if it is just being written
	return pid
}

// editionsIn asks the program how many editions there are.
func editionsIn(t *testing.T, settings ...string) verified {
	t.Helper()
	var v verified
	if err := json.Unmarshal([]byte(succeed(t, settings, "verify", "--json").stdout), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestServePrivate lives through a laptop's day: first start, subcommands beside, a second server, crashes, the end.
func TestServePrivate(t *testing.T) {
	t.Parallel()
	folder := openFolder(t)
	setting := "DATA_DIR=" + folder
	server := start(t, setting)

	if status, body := server.get("/"); status != http.StatusOK || !strings.Contains(body, `href="/facts/lachin-road-open"`) {
		t.Errorf("the front page has status %d and does not lead to a fact:\n%s", status, body)
	}
	published := editionsIn(t, setting)
	if published.Facts == 0 || published.Editions != published.Facts || published.Entries != int64(published.Facts) {
		t.Errorf("the first start has published %+v, want one edition of each fact", published)
	}
	c := refused(t, []string{setting}, 1, "data folder in use")
	if strings.Count(c.stderr, "server: ") != 1 {
		t.Errorf("a second server says:\n%s\nwant one line", c.stderr)
	}

	// The corpus comes out as it went in.
	out := filepath.Join(t.TempDir(), "out")
	succeed(t, []string{setting}, "export", out)
	shipped := readTree(t, "../../articles")
	delete(shipped, "articles.go")
	maps.DeleteFunc(shipped, func(name, _ string) bool { return strings.HasPrefix(name, "practice/") })
	got := readTree(t, filepath.Join(out, "articles"))
	for name := range shipped {
		if got[name] != shipped[name] {
			t.Errorf("exported articles/%s differs from the shipped one", name)
		}
	}
	if len(got) != len(shipped) {
		t.Errorf("exported %d files of the corpus, want %d", len(got), len(shipped))
	}

	// Postgres is killed: the server starts it again.
	was := postgresPID(folder)
	if err := syscall.Kill(was, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	within(t, "Postgres is back", func() bool { pid := postgresPID(folder); return pid != 0 && pid != was })
	within(t, "the site is back", func() bool { return server.status("/facts") == http.StatusOK })

	// The server is killed: the next one finds all that there was, and starts quickly.
	server.signal(syscall.SIGKILL)
	begun := time.Now()
	server = start(t, setting)
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("a second start took %v, want under 3 s", took)
	}
	if again := editionsIn(t, setting); again.String() != published.String() {
		t.Errorf("after a crash there are %+v, want %+v", again, published)
	}
	if status := server.signal(syscall.SIGTERM); status != 0 {
		t.Errorf("after SIGTERM the status is %d, want 0", status)
	}
	if pid := postgresPID(folder); pid != 0 {
		t.Errorf("Postgres (process %d) is left behind", pid)
	}
}

// TestServeTogether starts three servers at once on one empty database.
func TestServeTogether(t *testing.T) {
	t.Parallel()
	setting := "DATABASE_URL=" + storetest.Empty(t, "").URL
	var servers []*running
	for range 3 {
		servers = append(servers, launch(t, binary, setting))
	}
	for _, s := range servers {
		s.await()
		if status := s.status("/facts/lachin-road-open"); status != http.StatusOK {
			t.Errorf("the page of a fact has status %d, want 200", status)
		}
	}
	if v := editionsIn(t, setting); v.Facts == 0 || v.Editions != v.Facts {
		t.Errorf("three servers have published %+v, want one edition of each fact", v)
	}
}

// TestServeHeals starts a server where another one was killed between loading and publishing.
func TestServeHeals(t *testing.T) {
	t.Parallel()
	folder := corpusFolder(t, narrativetest.Bridge())
	settings := []string{"DATABASE_URL=" + storetest.Database(t).URL, "CORPUS=" + folder}
	succeed(t, settings, "import", folder)
	if v := editionsIn(t, settings...); v.Editions != 0 {
		t.Fatalf("an import has published %+v", v)
	}
	server := start(t, settings...)
	if status := server.status("/facts/bridge-open"); status != http.StatusOK {
		t.Errorf("the page of the fact has status %d, want 200", status)
	}
}

// TestServeForeign starts a server on a database in which the desk has begun something else.
func TestServeForeign(t *testing.T) {
	t.Parallel()
	settings := []string{"DATABASE_URL=" + storetest.Database(t).URL}
	succeed(t, settings, "import", corpusFolder(t, narrativetest.Bridge()))
	server := start(t, settings...)
	if v := editionsIn(t, settings...); v.Editions != 0 {
		t.Errorf("the server has published %+v, want nothing", v)
	}
	if !strings.Contains(server.stderr.String(), "not loaded") {
		t.Error("the server does not say that it has not loaded the corpus")
	}
}

// TestServeNone starts a server that is to be empty.
func TestServeNone(t *testing.T) {
	t.Parallel()
	settings := []string{"DATABASE_URL=" + storetest.Database(t).URL, "CORPUS=none"}
	server := start(t, settings...)
	if status, body := server.get("/"); status != http.StatusOK || !strings.Contains(body, "server import") {
		t.Errorf("the first page has status %d and does not say what to do:\n%s", status, body)
	}
	if v := editionsIn(t, settings...); v.Entries != 0 {
		t.Errorf("the server has published %+v, want nothing", v)
	}
	addr := "ADDR=" + strings.TrimPrefix(server.url, "http://")
	if c := succeed(t, append(settings, addr), "health"); c.stdout != "ready\n" {
		t.Errorf("health says %q", c.stdout)
	}
	refused(t, append(settings, addr), 1, "address already in use")
	var d diagnosis
	if err := json.Unmarshal([]byte(succeed(t, append(settings, addr), "doctor", "--json").stdout), &d); err != nil {
		t.Fatal(err)
	}
	states := map[string]checkState{}
	for _, c := range d.Checks {
		states[c.Name] = c.State
	}
	for name, want := range map[string]checkState{
		"settings": good, "contact": notice, "database": good, "collation": good, "schema": good, "roles": good,
		"editions": notice, "server": good,
	} {
		if states[name] != want {
			t.Errorf("doctor: %s is %q, want %q", name, states[name], want)
		}
	}

	// The first signal lets requests finish, the second ends the program at once.
	if err := server.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	within(t, "the server stops", func() bool { return server.status(readyPath) == http.StatusServiceUnavailable })
	begun := time.Now()
	if status := server.signal(syscall.SIGTERM); status == 0 || time.Since(begun) > drainWait {
		t.Errorf("after a second signal the status is %d after %v, want another than 0 at once", status, time.Since(begun))
	}
}

// TestServeCorpusMistaken checks that a server does not begin with half a corpus.
func TestServeCorpusMistaken(t *testing.T) {
	t.Parallel()
	folder := corpusFolder(t, narrativetest.Bridge())
	edit(t, filepath.Join(folder, "facts", "bridge-open.yaml"), "kind: state", "kind: verdict")
	settings := []string{"DATABASE_URL=" + storetest.Database(t).URL, "CORPUS=" + folder}
	refused(t, settings, 1, "facts/bridge-open.yaml:")
	c := refused(t, settings, 1, "1 check failed", "doctor")
	if !strings.Contains(c.stdout, "server import --dry-run") {
		t.Errorf("doctor does not say how to see the mistakes:\n%s", c.stdout)
	}
}

// TestDrain checks that a server that stops says so first, finishes what is under way, and only then closes.
func TestDrain(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + listener.Addr().String()
	arrived, finish := make(chan struct{}), make(chan struct{})
	site := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(arrived)
		<-finish
	})
	p := &program{log: slog.New(slog.DiscardHandler)}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended, answered := make(chan error, 1), make(chan int, 1)
	go func() { ended <- p.serve(ctx, &database{}, listener, site) }()
	ask := func(path string) int {
		answer, err := http.Get(url + path)
		if err != nil {
			return 0
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	go func() { answered <- ask("/slow") }()
	<-arrived

	stop()
	within(t, "the server says that it is stopping", func() bool { return ask(readyPath) == http.StatusServiceUnavailable })
	select {
	case err := <-ended:
		t.Fatalf("the server has ended (%v) with a request under way", err)
	default:
	}
	within(t, "the port is closed", func() bool { return ask(readyPath) == 0 })
	close(finish)
	if status := <-answered; status != http.StatusOK {
		t.Errorf("the request under way was answered with %d, want 200", status)
	}
	if err := <-ended; err != nil {
		t.Errorf("the server ended with %v", err)
	}
}
