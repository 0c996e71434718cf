package checkpoint_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"counterclaim/internal/checkpoint"
)

// newSigner makes a key in a folder and returns its signer.
func newSigner(t testing.TB, dir string) *checkpoint.Signer {
	t.Helper()
	k, err := checkpoint.NewKey("example.org/log")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "log.key")
	if err := k.Write(path); err != nil {
		t.Fatal(err)
	}
	return openSigner(t, path)
}

func openSigner(t testing.TB, path string) *checkpoint.Signer {
	t.Helper()
	s, err := checkpoint.NewSigner(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// reading hands a tree to a signer.
func reading(tree checkpoint.Tree) func(int64) (checkpoint.Tree, error) {
	return func(int64) (checkpoint.Tree, error) { return tree, nil }
}

func TestSign(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := newSigner(t, dir)
	if last, err := s.Last(); err != nil || last.Origin != "" || last.Size != 0 {
		t.Errorf("the last of none is %+v (%v)", last, err)
	}
	asked := int64(-1)
	var signed []byte
	for _, size := range []int{0, 1, 1, 6, 7, 100} {
		tree := grown(t, nil, size)
		head, now, err := s.Sign(t.Context(), func(last int64) (checkpoint.Tree, error) { asked = last; return tree, nil })
		if err != nil {
			t.Fatal(err)
		}
		want, err := tree.Head()
		if err != nil {
			t.Fatal(err)
		}
		if head != want {
			t.Errorf("signed %v, want %v", head, want)
		}
		c, err := checkpoint.Open(now, s.Key().Verifier())
		if err != nil || c.Head != want {
			t.Errorf("it opens as %+v (%v)", c, err)
		}
		if again := size == int(asked) && signed != nil; again != bytes.Equal(now, signed) {
			t.Errorf("after %d entries those of %d are signed\n%s\nand were\n%s", asked, size, now, signed)
		}
		signed = now
		// It is on the disk, and another signer of the key goes on from there.
		s = openSigner(t, filepath.Join(dir, "log.key"))
		if last, err := s.Last(); err != nil || last != c {
			t.Errorf("the last is %+v (%v), want %+v", last, err, c)
		}
	}
	if asked != 7 {
		t.Errorf("the nodes near entry %d were asked for, want 7", asked)
	}
	files, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(files) > 0 {
		t.Errorf("left behind: %v (%v)", files, err)
	}
}

// TestSignRefused checks that no log is signed that contradicts one that was.
func TestSignRefused(t *testing.T) {
	t.Parallel()
	s, signed := signedHead(t, 7)
	failed := errors.New("failed")
	short := grown(t, nil, 7)
	short.Nodes = checkpoint.Nodes{}
	for name, test := range map[string]struct {
		read func(int64) (checkpoint.Tree, error)
		want error
	}{
		"smaller":       {reading(grown(t, nil, 6)), checkpoint.ErrSmaller},
		"empty":         {reading(checkpoint.Tree{}), checkpoint.ErrSmaller},
		"another":       {reading(grown(t, []string{"else"}, 7)), checkpoint.ErrOther},
		"another later": {reading(grown(t, []string{"0", "else"}, 12)), checkpoint.ErrOther},
		"nodes missing": {reading(short), checkpoint.ErrNode},
		"unread":        {func(int64) (checkpoint.Tree, error) { return checkpoint.Tree{}, failed }, failed},
	} {
		_, now, err := s.Sign(t.Context(), test.read)
		if !errors.Is(err, test.want) || now != nil {
			t.Errorf("%s: signed %q, error %v, want %v", name, now, err, test.want)
		}
	}
	if last, err := s.Last(); err != nil || last.Size != 7 {
		t.Errorf("the last is %+v (%v)", last, err)
	}
	_, now, err := s.Sign(t.Context(), reading(grown(t, nil, 7)))
	if err != nil || !bytes.Equal(now, signed) {
		t.Errorf("the same again is %q (%v), want %q", now, err, signed)
	}
}

// TestSignForged gives a signer a tree whose upper nodes were altered, so that its root does not follow from its
// entries.
func TestSignForged(t *testing.T) {
	t.Parallel()
	s, _ := signedHead(t, 5)
	forged := grown(t, nil, 8)
	forged.Nodes.Put(3, 0, leaf("else"))
	if _, _, err := s.Sign(t.Context(), reading(forged)); !errors.Is(err, checkpoint.ErrOther) {
		t.Errorf("error = %v, want ErrOther", err)
	}
}

func TestNewSignerRefused(t *testing.T) {
	t.Parallel()
	s, signed := signedHead(t, 3)
	key := func(t *testing.T) string { // of another signer that has signed nothing
		dir := t.TempDir()
		newSigner(t, dir)
		return filepath.Join(dir, "log.key")
	}
	write := func(t *testing.T, path string, data []byte) string {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, test := range map[string]struct {
		path func(t *testing.T) string
		want error
	}{
		"none":     {func(t *testing.T) string { return filepath.Join(t.TempDir(), "log.key") }, fs.ErrNotExist},
		"a folder": {func(t *testing.T) string { return t.TempDir() }, syscall.EISDIR},
		"empty":    {func(t *testing.T) string { return write(t, filepath.Join(t.TempDir(), "k"), nil) }, checkpoint.ErrKey},
		"public": {func(t *testing.T) string {
			return write(t, filepath.Join(t.TempDir(), "k"), []byte(s.Key().Verifier()))
		}, checkpoint.ErrKey},
		"huge":                    {func(t *testing.T) string { return write(t, filepath.Join(t.TempDir(), "k"), make([]byte, 1<<20)) }, checkpoint.ErrKey},
		"the last of another":     {func(t *testing.T) string { k := key(t); write(t, k+".signed", signed); return k }, checkpoint.ErrSignature},
		"half a last":             {func(t *testing.T) string { k := key(t); write(t, k+".signed", signed[:40]); return k }, checkpoint.ErrForm},
		"a last that is a folder": {func(t *testing.T) string { k := key(t); mkdir(t, k+".signed"); return k }, syscall.EISDIR},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := checkpoint.NewSigner(test.path(t))
			if !errors.Is(err, test.want) {
				t.Errorf("error = %v, want %v", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "PRIVATE+KEY+example") {
				t.Errorf("the error tells the key: %v", err)
			}
		})
	}
}

func mkdir(t *testing.T, path string) {
	t.Helper()
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
}

// TestFolderUnwritable checks that a signer that could not keep what it signs is none. Not even root can write a file
// beside one whose name is so long that nothing can be added to it.
func TestFolderUnwritable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	newSigner(t, dir)
	path := filepath.Join(dir, strings.Repeat("k", 245))
	if err := os.Rename(filepath.Join(dir, "log.key"), path); err != nil {
		t.Fatal(err)
	}
	_, err := checkpoint.NewSigner(path)
	if err == nil || !strings.Contains(err.Error(), "the folder "+dir+" cannot be written") {
		t.Errorf("error = %v", err)
	}
}

// TestSignAtOnce has several signers of one key sign a growing log at once. Whatever they sign, each goes on from the
// one before, and none is refused.
func TestSignAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := newSigner(t, dir)
	var mu sync.Mutex
	size := 0
	grow := func(int64) (checkpoint.Tree, error) {
		mu.Lock()
		defer mu.Unlock()
		size++
		return grown(t, nil, size), nil
	}
	var all sync.WaitGroup
	for range 4 {
		s := openSigner(t, filepath.Join(dir, "log.key"))
		for range 2 {
			all.Go(func() {
				for range 10 {
					if _, _, err := s.Sign(t.Context(), grow); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	all.Wait()
	if last, err := first.Last(); err != nil || last.Size != 80 {
		t.Errorf("the last has %d entries (%v), want 80", last.Size, err)
	}
}

// TestSignInterrupted checks that waiting for another process ends with the context.
func TestSignInterrupted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one := newSigner(t, dir)
	two := openSigner(t, filepath.Join(dir, "log.key"))
	_, _, err := one.Sign(t.Context(), func(int64) (checkpoint.Tree, error) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := two.Sign(ctx, reading(checkpoint.Tree{})); !errors.Is(err, checkpoint.ErrBusy) {
			t.Errorf("error = %v, want ErrBusy", err)
		}
		return checkpoint.Tree{}, nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestChild is no test of its own: TestKilled runs it in a process that signs without end.
func TestChild(t *testing.T) {
	path := os.Getenv("CHECKPOINT_CHILD")
	if path == "" {
		return
	}
	s := openSigner(t, path)
	last, err := s.Last()
	if err != nil {
		t.Fatal(err)
	}
	tree := grown(t, nil, int(last.Size))
	for {
		if err := tree.Append(leaf(strconv.FormatInt(tree.Size, 10))); err != nil {
			t.Fatal(err)
		}
		head, _, err := s.Sign(t.Context(), reading(tree))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("signed", head.Size)
	}
}

// TestKilled kills a process while it signs. What it has handed out was kept, and what was kept can be read.
func TestKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	newSigner(t, dir)
	path := filepath.Join(dir, "log.key")
	for round := range 5 {
		child := exec.Command(os.Args[0], "-test.run=^TestChild$")
		child.Env = append(os.Environ(), "CHECKPOINT_CHILD="+path)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		var handedOut int64
		for range 10 + round {
			if _, err := fmt.Fscanf(out, "signed %d\n", &handedOut); err != nil {
				t.Fatal(err)
			}
		}
		if err := child.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait() // it was killed
		last, err := openSigner(t, path).Last()
		if err != nil || last.Size < handedOut {
			t.Fatalf("the last has %d entries (%v), and %d were handed out", last.Size, err, handedOut)
		}
		if want, err := grown(t, nil, int(last.Size)).Head(); err != nil || last.Head != want {
			t.Errorf("the last is %v (%v), want %v", last.Head, err, want)
		}
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	k, err := checkpoint.NewKey("example.org/log")
	if err != nil {
		t.Fatal(err)
	}
	if k.Name() != "example.org/log" || !strings.HasPrefix(k.Verifier(), "example.org/log+") {
		t.Errorf("the key is %s %s", k.Name(), k.Verifier())
	}
	if err := checkpoint.CheckVerifier(k.Verifier()); err != nil {
		t.Error(err)
	}
	if other, err := checkpoint.NewKey("example.org/log"); err != nil || other.Verifier() == k.Verifier() {
		t.Errorf("the same key twice: %v", err)
	}
	for _, name := range []string{"", "a log", "a+log", "a\tlog", "a\u00a0log", "a\x00log", "ключ", "\xff", strings.Repeat("a", 201)} {
		if _, err := checkpoint.NewKey(name); !errors.Is(err, checkpoint.ErrKey) {
			t.Errorf("a key named %q: %v", name, err)
		}
	}

	path := filepath.Join(t.TempDir(), "log.key")
	if err := k.Write(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("the file's mode is %v (%v)", info.Mode(), err)
	}
	if got, err := checkpoint.ReadKey(path); err != nil || got.Verifier() != k.Verifier() {
		t.Errorf("read %v (%v)", got.Verifier(), err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Write(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("written again: %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file was overwritten (%v)", err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
	if _, err := checkpoint.ParseKey(string(before[:len(before)-9])); !errors.Is(err, checkpoint.ErrKey) {
		t.Errorf("half a key: %v", err)
	}
}

// TestKeyOfNote reads a key that the package note gives as an example, and gives its verifier.
func TestKeyOfNote(t *testing.T) {
	t.Parallel()
	k, err := checkpoint.ParseKey("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n")
	if err != nil {
		t.Fatal(err)
	}
	if want := "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"; k.Verifier() != want {
		t.Errorf("the verifier is %s, want %s", k.Verifier(), want)
	}
	if _, err := note.NewVerifier(k.Verifier()); err != nil {
		t.Error(err)
	}
}
