package storetest

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestMain(m *testing.M) { Main(m) }

func TestDatabasesAreApart(t *testing.T) {
	t.Parallel()
	one, two := Database(t), Database(t)
	if err := run(t.Context(), one.DeskURL, `INSERT INTO parties (slug, name) VALUES ('north', 'North')`); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := Pool(t, two.URL).QueryRow(t.Context(), `SELECT count(*) FROM parties`).Scan(&n); err != nil || n != 0 {
		t.Errorf("the other database has %d rows, error %v", n, err)
	}
	if err := New(t).Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestChild is no test of its own: TestKilled runs it in a process of its own and kills that.
func TestChild(t *testing.T) {
	if os.Getenv("STORETEST_CHILD") == "" {
		return
	}
	Database(t)
	fmt.Println("folder", shared.folder)
	select {}
}

// A test binary that is killed leaves no Postgres behind, and the next one removes its folder.
func TestKilled(t *testing.T) {
	t.Parallel()
	child := exec.Command(os.Args[0], "-test.run=^TestChild$")
	child.Env = append(os.Environ(), "STORETEST_CHILD=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var folder string
	for lines := bufio.NewScanner(out); folder == "" && lines.Scan(); {
		folder, _ = strings.CutPrefix(lines.Text(), "folder ")
	}
	running := filepath.Join(folder, "postgres", "postmaster.pid")
	if _, err := os.Stat(running); err != nil {
		t.Error(err)
	}
	clearDead()
	if _, err := os.Stat(running); err != nil {
		t.Errorf("the folder of a living test binary: %v", err)
	}
	if err := child.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed
	await(t, "the end of Postgres", func() bool {
		_, err := os.Stat(running)
		return errors.Is(err, fs.ErrNotExist)
	})
	await(t, "the removal of its folder", func() bool {
		clearDead()
		_, err := os.Stat(folder)
		return errors.Is(err, fs.ErrNotExist)
	})
}

// await waits until something is so.
func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for giveUp := time.Now().Add(30 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(giveUp) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
