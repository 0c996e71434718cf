package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"counterclaim/internal/checkpoint"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
)

// makeKey makes a key in a new folder and returns its file and its public part.
func makeKey(t *testing.T) (file, verifier string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "log.key")
	return file, strings.TrimSpace(succeed(t, nil, "log-key", file, "--name", "example.org/log").stdout)
}

// relabel publishes a further edition of the bridge.
func (d desk) relabel(t *testing.T, label narrative.Markup, settings ...string) {
	t.Helper()
	c := narrativetest.Bridge()
	c.Facts[0].Positions[0].Label = label
	d.change(t, c)
	succeed(t, append(settings, d.settings...), "publish", "--all", "--reason", "A better label")
}

// checkpointOf reads the checkpoint that a server gives.
func (r *running) checkpointOf(t *testing.T, verifier string) checkpoint.Checkpoint {
	t.Helper()
	status, body := r.get(checkpointPath)
	if status != http.StatusOK {
		t.Fatalf("GET %s: status %d\n%s", checkpointPath, status, body)
	}
	c, err := checkpoint.Open([]byte(body), verifier)
	if err != nil {
		t.Fatalf("%v:\n%s", err, body)
	}
	return c
}

func TestLogKey(t *testing.T) {
	t.Parallel()
	file, verifier := makeKey(t)
	if err := checkpoint.CheckVerifier(verifier); err != nil || !strings.HasPrefix(verifier, "example.org/log+") {
		t.Errorf("the public part is %q (%v)", verifier, err)
	}
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	refused(t, nil, 1, "is there already", "log-key", file)
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("the key was overwritten (%v)", err)
	}
	folder := t.TempDir()
	refused(t, nil, 1, "not a key", "log-key", filepath.Join(folder, "a"), "--name", "two words")
	refused(t, nil, 1, "does not exist", "log-key", filepath.Join(folder, "none", "a"))
	for name, setting := range map[string]string{
		"127.0.0.1:8080/log": "PUBLIC_URL=", "example.org/log": "PUBLIC_URL=https://example.org/", "example.org/a-b/log": "PUBLIC_URL=https://example.org/a+b",
	} {
		c := succeed(t, []string{setting, "LOG_KEY_FILE=" + filepath.Join(folder, "none-yet")}, "log-key", filepath.Join(folder, strings.ReplaceAll(name, "/", "-")))
		if got, _, _ := strings.Cut(c.stdout, "+"); got != name {
			t.Errorf("with %s the name is %q, want %q", setting, got, name)
		}
	}
	broken := writeFiles(t, t.TempDir(), map[string][]byte{"log.key": []byte(verifier)})
	refused(t, []string{"LOG_KEY_FILE=" + filepath.Join(broken, "log.key")}, 1, "LOG_KEY_FILE is", "doctor")
}

// TestServeSigns lives with a private Postgres and its own key through a kill.
func TestServeSigns(t *testing.T) {
	t.Parallel()
	folder := openFolder(t)
	settings := []string{"DATA_DIR=" + folder, "CORPUS=" + corpusFolder(t, narrativetest.Bridge()), "PUBLIC_URL=https://example.org"}
	server := start(t, settings...)
	key := filepath.Join(folder, keyFile)
	if info, err := os.Stat(key); err != nil || info.Mode() != 0o600 {
		t.Fatalf("the key's file: %v", err)
	}
	k, err := checkpoint.ReadKey(key)
	if err != nil || k.Name() != "example.org/log" {
		t.Fatalf("the key is of %q (%v)", k.Name(), err)
	}
	first := server.checkpointOf(t, k.Verifier())
	if first.Size != 1 {
		t.Errorf("the log has %d entries, want 1", first.Size)
	}
	_, body := server.get(checkpointPath)
	kept := writeFiles(t, t.TempDir(), map[string][]byte{"checkpoint": []byte(body)})
	if c := succeed(t, settings, "doctor"); !strings.Contains(c.stdout, "is signed with "+k.Verifier()) {
		t.Errorf("doctor says:\n%s", c.stdout)
	}

	server.signal(syscall.SIGKILL)
	succeed(t, settings, "publish", "--all", "--reason", "x")
	server = start(t, settings...)
	if again := server.checkpointOf(t, k.Verifier()); again != first {
		t.Errorf("after a kill the checkpoint is %+v, want %+v", again, first)
	}
	c := succeed(t, settings, "verify", "--against", filepath.Join(kept, "checkpoint"))
	if !strings.Contains(c.stdout, "the log of 1 entry begins with the 1 entry that example.org/log signed") {
		t.Errorf("verify says:\n%s", c.stdout)
	}
	out := filepath.Join(t.TempDir(), "out")
	if c := succeed(t, settings, "export", out); !strings.Contains(c.stdout, "its log is signed by "+k.Verifier()) {
		t.Errorf("export says:\n%s", c.stdout)
	}
	server.signal(syscall.SIGTERM)

	// Without its key the database is served, and nothing is signed with another.
	if err := os.Rename(key, key+".away"); err != nil {
		t.Fatal(err)
	}
	server = start(t, settings...)
	if status, body := server.get(checkpointPath); status != http.StatusServiceUnavailable || !strings.Contains(body, "does not have") {
		t.Errorf("without the key: status %d, %s", status, body)
	}
	if server.status("/facts") != http.StatusOK || !strings.Contains(server.stderr.String(), "the file of the log's key is missing") {
		t.Errorf("without the key the server says:\n%s", server.stderr)
	}
	if _, err := os.Stat(key); err == nil {
		t.Error("another key was made")
	}
	server.signal(syscall.SIGTERM)
}

// TestServeUnsigned serves a database of somebody's without a key.
func TestServeUnsigned(t *testing.T) {
	t.Parallel()
	d := publishedDesk(t)
	server := start(t, d.settings...)
	if status, body := server.get(checkpointPath); status != http.StatusNotFound || !strings.Contains(body, "is not signed") {
		t.Errorf("status %d, %s", status, body)
	}
	if !strings.Contains(server.stderr.String(), "the log of editions is not signed, since LOG_KEY_FILE is not set") {
		t.Errorf("the server says:\n%s", server.stderr)
	}
	if c := succeed(t, d.settings, "doctor"); !strings.Contains(c.stdout, "LOG_KEY_FILE is not set") {
		t.Errorf("doctor says:\n%s", c.stdout)
	}
	missing := "LOG_KEY_FILE=" + filepath.Join(t.TempDir(), "log.key")
	refused(t, append([]string{missing}, d.settings...), 1, "to make one: server log-key")
	refused(t, append([]string{missing}, d.settings...), 1, "1 check failed", "doctor")
}

// TestServeOtherKey serves a database whose log is signed with another key.
func TestServeOtherKey(t *testing.T) {
	t.Parallel()
	d := publishedDesk(t)
	ours, verifier := makeKey(t)
	theirs, _ := makeKey(t)
	server := start(t, append([]string{"LOG_KEY_FILE=" + ours}, d.settings...)...)
	server.checkpointOf(t, verifier)

	settings := append([]string{"LOG_KEY_FILE=" + theirs}, d.settings...)
	other := start(t, settings...)
	if status, body := other.get(checkpointPath); status != http.StatusServiceUnavailable || !strings.Contains(body, "does not have") {
		t.Errorf("status %d, %s", status, body)
	}
	if other.status("/facts/bridge-open") != http.StatusOK {
		t.Error("it does not serve readers")
	}
	if log := other.stderr.String(); !strings.Contains(log, "does not sign") || !strings.Contains(log, verifier) {
		t.Errorf("the server says:\n%s", log)
	}
	if c := refused(t, settings, 1, "1 check failed", "doctor"); !strings.Contains(c.stdout, verifier) || !strings.Contains(c.stdout, "so that this server does not sign") {
		t.Errorf("doctor says:\n%s", c.stdout)
	}
	out := filepath.Join(t.TempDir(), "out")
	if c := succeed(t, settings, "export", out); !strings.Contains(c.stderr, "the copy is not signed") {
		t.Errorf("export says:\n%s", c.stderr)
	}
	if c := succeed(t, settings, "verify", out); strings.Contains(c.stdout, "signed by") {
		t.Errorf("verify says:\n%s", c.stdout)
	}
	if _, err := os.Stat(theirs + ".signed"); err == nil {
		t.Error("the other key has signed something")
	}
}

// TestServeOlderState signs a log, and then serves an older copy of it with the same key.
func TestServeOlderState(t *testing.T) {
	t.Parallel()
	d := publishedDesk(t)
	key, verifier := makeKey(t)
	setting := "LOG_KEY_FILE=" + key
	backup := filepath.Join(t.TempDir(), "backup")
	succeed(t, append([]string{setting}, d.settings...), "export", backup)
	d.relabel(t, "It was shut to carts.", setting)
	server := start(t, append([]string{setting}, d.settings...)...)
	newest := server.checkpointOf(t, verifier)

	older := newDesk(t)
	settings := append([]string{setting}, older.settings...)
	succeed(t, settings, "import", backup)
	restored := start(t, settings...)
	for range 2 {
		if status, body := restored.get(checkpointPath); status != http.StatusServiceUnavailable || !strings.Contains(body, "does not go on") {
			t.Errorf("status %d, %s", status, body)
		}
	}
	if !strings.Contains(restored.stderr.String(), "the log is smaller than the one that was last signed: it has 4 entries, the signed one 5") {
		t.Errorf("the server says:\n%s", restored.stderr)
	}
	if c := refused(t, settings, 1, "1 check failed", "doctor"); !strings.Contains(c.stdout, "has 4 entries and does not go on from the 5") {
		t.Errorf("doctor says:\n%s", c.stdout)
	}
	// A second history of the same length is not signed either.
	older.relabel(t, "It was closed.", setting)
	within(t, "the server knows the new edition", func() bool { return restored.status("/facts/bridge-open/editions/4") == http.StatusOK })
	if status, _ := restored.get(checkpointPath); status != http.StatusServiceUnavailable {
		t.Errorf("another history has status %d", status)
	}
	if c := succeed(t, settings, "export", filepath.Join(t.TempDir(), "out")); !strings.Contains(c.stderr, "the copy is not signed: the log does not go on") {
		t.Errorf("export says:\n%s", c.stderr)
	}
	if again := server.checkpointOf(t, verifier); again != newest {
		t.Errorf("the first server signs %+v, want %+v", again, newest)
	}
}
