package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"counterclaim/internal/store/storetest"
)

// TestDockerBinary builds the program as the Dockerfile does and runs it.
func TestDockerBinary(t *testing.T) {
	t.Parallel()
	dockerfile, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^RUN (.* go build .* -o )/server (\S+)$`).FindSubmatch(dockerfile)
	if line == nil {
		t.Fatal("no line of the Dockerfile builds /server")
	}
	static := filepath.Join(t.TempDir(), "server")
	build := exec.Command("sh", "-c", string(line[1])+static+" "+string(line[2]))
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command(static, "version").Output()
	if err != nil || !strings.HasPrefix(string(out), "counterclaim ") {
		t.Errorf("version prints %q (%v)", out, err)
	}
	server := launch(t, static, "DATABASE_URL="+storetest.Empty(t, "").URL)
	server.await()
	health := exec.Command(static, "health")
	health.Env = environment("ADDR=" + strings.TrimPrefix(server.url, "http://"))
	if out, err := health.CombinedOutput(); err != nil {
		t.Errorf("health: %v\n%s", err, out)
	}
	health = exec.Command(static, "health")
	health.Env = environment("ADDR=127.0.0.1:1")
	if out, err := health.CombinedOutput(); err == nil {
		t.Errorf("health without a server says %q, want a failure", out)
	}
}
