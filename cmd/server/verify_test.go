package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"counterclaim/internal/checkpoint"
	"counterclaim/internal/edition"
)

// nowhere is a database that is not asked.
var nowhere = []string{"DATABASE_URL=postgres://nobody@127.0.0.1:1/none"}

// signedCopy returns an export of the desk, of four entries, and the public part of the key that signed it.
func signedCopy(t *testing.T) (d desk, folder, verifier string) {
	t.Helper()
	d = publishedDesk(t)
	key, verifier := makeKey(t)
	folder = filepath.Join(t.TempDir(), "copy")
	succeed(t, append([]string{"LOG_KEY_FILE=" + key}, d.settings...), "export", folder)
	return d, folder, verifier
}

// copyOf copies a folder.
func copyOf(t *testing.T, folder string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	return to
}

// resum makes the manifest of a copy anew, as whoever alters one would.
func resum(t *testing.T, folder string) {
	t.Helper()
	sums := exec.Command("sh", "-c", "find articles editions log -type f | LC_ALL=C sort | xargs sha256sum >SHA256SUMS")
	sums.Dir = folder
	if out, err := sums.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// forge makes another log of the same editions: with the title of the first altered, and all that hangs on it.
func forge(t *testing.T, folder string) {
	t.Helper()
	body := filepath.Join(folder, "editions", "bridge-open", "1.json")
	data, err := os.ReadFile(body)
	if err != nil {
		t.Fatal(err)
	}
	data = bytes.Replace(data, []byte("mill bridge open"), []byte("mill bridge shut"), 1)
	var prev edition.Hash
	files := map[string][]byte{"editions/bridge-open/1.json": data}
	for i := range 4 {
		name := fmt.Sprintf("log/%08d.json", i)
		old, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		r, err := edition.ReadRecord(old)
		if err != nil {
			t.Fatal(err)
		}
		r.Prev = prev.String()
		if i == 0 {
			r.Prev = strings.Repeat("0", 64)
			r.BodySHA256 = edition.HashOf(data).String()
		}
		if files[name], err = r.Bytes(); err != nil {
			t.Fatal(err)
		}
		prev = edition.RecordHash(files[name])
	}
	writeFiles(t, folder, files)
}

// tampered are ways to alter a copy, each with what verify and the stranger's check say of it.
var tampered = map[string]struct {
	alter              func(t *testing.T, folder string)
	verify, strangerly string
}{
	"a body": {
		func(t *testing.T, folder string) {
			path := filepath.Join(folder, "editions", "bridge-open", "1.json")
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			writeFiles(t, folder, map[string][]byte{"editions/bridge-open/1.json": bytes.Replace(data, []byte("mill"), []byte("till"), 1)})
		}, "edition 1 of bridge-open (log index 0): the body's hash is", "its bytes are not those",
	},
	"a record": {
		func(t *testing.T, folder string) {
			edit(t, filepath.Join(folder, "log", "00000002.json"), `"at":"2`, `"at":"3`)
		}, "log index 2", "does not follow the record before it",
	},
	"the last record": {
		func(t *testing.T, folder string) {
			edit(t, filepath.Join(folder, "log", "00000003.json"), `"target":"1"`, `"target":"0"`)
		}, "log index 3", "the root of the log is not the one that was signed",
	},
	"the last record gone": {
		func(t *testing.T, folder string) {
			if err := os.Remove(filepath.Join(folder, "log", "00000003.json")); err != nil {
				t.Fatal(err)
			}
		}, "the body is erased, but no record says that it was erased", "4 entries were signed, and the copy has 3",
	},
	"another log": {forge, "its first 4 entries of 4 are others than those that were signed", "the root of the log is not the one that was signed"},
	"the signed size": {
		func(t *testing.T, folder string) {
			edit(t, filepath.Join(folder, "log", "checkpoint"), "\n4\n", "\n3\n")
		}, "not signed by the log's key", "the root of the log is not the one that was signed",
	},
	"the signature": {
		func(t *testing.T, folder string) {
			path := filepath.Join(folder, "log", "checkpoint")
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			data[len(data)-10] ^= 1
			writeFiles(t, folder, map[string][]byte{"log/checkpoint": data})
		}, "the folder's checkpoint: not", "signature",
	},
	"the key": {
		func(t *testing.T, folder string) {
			_, other := makeKey(t)
			writeFiles(t, folder, map[string][]byte{"log/key": []byte(other + "\n")})
		}, "not signed by the log's key: it is signed by example.org/log+", "the checkpoint is not signed with",
	},
}

// TestVerifyFolder verifies an exported copy without a database, whole and altered.
func TestVerifyFolder(t *testing.T) {
	t.Parallel()
	_, folder, verifier := signedCopy(t)
	c := succeed(t, nowhere, "verify", folder)
	for _, want := range []string{"unaltered since publication: 3 editions of 1 fact, of which 1 erased", "signed by example.org/log: the first 4 entries of 4"} {
		if !strings.Contains(c.stdout, want) {
			t.Errorf("verify does not say %q:\n%s", want, c.stdout)
		}
	}
	var v verified
	if err := json.Unmarshal([]byte(succeed(t, nowhere, "verify", folder, "--key", verifier, "--json").stdout), &v); err != nil {
		t.Fatal(err)
	}
	if v.Entries != 4 || v.Signed == nil || v.Signed.Root != v.Root || v.Signed.Entries != 4 {
		t.Errorf("verify says %+v %+v", v, v.Signed)
	}
	_, other := makeKey(t)
	refused(t, nowhere, 1, "not signed by the log's key", "verify", folder, "--key", other)
	succeed(t, nowhere, "verify", folder, "--key", other, "--key", verifier)
	refused(t, nowhere, 2, "--key: not a key", "verify", folder, "--key", "key")
	refused(t, nowhere, 1, "is no folder made by export", "verify", t.TempDir())
	refused(t, nowhere, 1, "is no folder made by export", "verify", filepath.Join(folder, "none"))

	for name, test := range tampered {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			altered := copyOf(t, folder)
			test.alter(t, altered)
			refused(t, nowhere, 1, "the archive was altered", "verify", altered)
			resum(t, altered)
			refused(t, nowhere, 1, test.verify, "verify", altered)
		})
	}
	t.Run("another log and another key", func(t *testing.T) {
		t.Parallel()
		altered := copyOf(t, folder)
		forge(t, altered)
		for _, name := range []string{"checkpoint", "key"} {
			if err := os.Remove(filepath.Join(altered, "log", name)); err != nil {
				t.Fatal(err)
			}
		}
		resum(t, altered)
		succeed(t, nowhere, "verify", altered) // which is sound in itself, and not signed
		refused(t, nowhere, 1, "the log is not the one that was signed: its first 4 entries of 4", "verify", altered,
			"--against", filepath.Join(folder, "log", "checkpoint"), "--key", verifier)
	})
}

// TestVerifyAgainst compares logs with checkpoints from files and addresses.
func TestVerifyAgainst(t *testing.T) {
	t.Parallel()
	d, folder, verifier := signedCopy(t)
	old := filepath.Join(folder, "log", "checkpoint")
	d.relabel(t, "It was shut to carts.")
	newer := filepath.Join(t.TempDir(), "newer")
	succeed(t, d.settings, "export", newer)
	signed, err := os.ReadFile(old)
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case checkpointPath:
			_, _ = w.Write(signed)
		case "/moved":
			http.Redirect(w, r, checkpointPath, http.StatusFound)
		case "/page":
			_, _ = w.Write([]byte("<!DOCTYPE html>\n"))
		case "/huge":
			_, _ = w.Write(make([]byte, 1<<20))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(site.Close)

	const found = "the log of 5 entries begins with the 4 entries that example.org/log signed"
	for _, where := range []string{old, site.URL, site.URL + "/", site.URL + checkpointPath, site.URL + "/moved"} {
		for what, c := range map[string]call{
			"the database": succeed(t, d.settings, "verify", "--against", where, "--key", verifier),
			"a copy":       succeed(t, nowhere, "verify", newer, "--against", where, "--key", verifier),
		} {
			if !strings.Contains(c.stdout, found) {
				t.Errorf("%s against %s:\n%s", what, where, c.stdout)
			}
		}
	}
	// The database that signed it and the copy know the key, another database does not.
	succeed(t, d.settings, "verify", "--against", old)
	succeed(t, nowhere, "verify", folder, "--against", old)
	empty := newDesk(t)
	refused(t, empty.settings, 1, "there is no key to check its signature with", "verify", "--against", old)

	_, other := makeKey(t)
	for where, test := range map[string]struct {
		settings []string
		says     string
		args     []string
	}{
		"a shorter log":  {empty.settings, "the log is shorter than the one that was signed: it has 0 entries, and 4 were signed", []string{old, "--key", verifier}},
		"another key":    {d.settings, "not signed by the log's key", []string{old, "--key", other}},
		"no file":        {d.settings, "none does not exist", []string{"none", "--key", verifier}},
		"a folder":       {d.settings, "cannot be read", []string{folder, "--key", verifier}},
		"another scheme": {d.settings, "expected an address of http or https", []string{"ftp://example.org/x", "--key", verifier}},
		"a file's URL":   {d.settings, "expected an address of http or https", []string{"file:///etc/passwd", "--key", verifier}},
		"no host":        {d.settings, "it is no address", []string{"http://", "--key", verifier}},
		"no such page":   {d.settings, "the answer is 404 Not Found", []string{site.URL + "/none", "--key", verifier}},
		"a page":         {d.settings, "not a checkpoint", []string{site.URL + "/page", "--key", verifier}},
		"a huge page":    {d.settings, "is no checkpoint", []string{site.URL + "/huge", "--key", verifier}},
		"nobody":         {d.settings, "cannot be read", []string{"http://127.0.0.1:1/", "--key", verifier}},
	} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			c := refused(t, test.settings, 1, test.says, append([]string{"verify", "--against"}, test.args...)...)
			if strings.Contains(c.stdout, "begins with") {
				t.Errorf("verify says:\n%s", c.stdout)
			}
		})
	}
}

// TestStranger has somebody check an edition who has a copy and the page on the log, and not this program.
func TestStranger(t *testing.T) {
	t.Parallel()
	d, folder, verifier := signedCopy(t)
	check := func(folder string, args ...string) (string, error) {
		out, err := exec.Command("python3", append([]string{"../../docs/check-edition.py", folder}, args...)...).CombinedOutput()
		return string(out), err
	}
	for number, want := range map[string]string{
		"1": "edition 1 of bridge-open is unaltered since publication: entry 0 of 4 signed by example.org/log\n",
		"2": "edition 2 of bridge-open is withheld on the record: entry 1 of 4 signed by example.org/log\n",
		"3": "edition 3 of bridge-open is unaltered since publication: entry 2 of 4 signed by example.org/log\n",
	} {
		for _, key := range [][]string{nil, {verifier}} {
			if out, err := check(folder, append([]string{"bridge-open", number}, key...)...); err != nil || out != want {
				t.Errorf("edition %s: %v\n%s", number, err, out)
			}
		}
	}
	const altered = "NOT AS IT WAS PUBLISHED: "
	_, other := makeKey(t)
	for what, args := range map[string][]string{
		"the log has no such edition":        {"bridge-open", "4"},
		"the checkpoint is not signed with ": {"bridge-open", "1", other},
	} {
		if out, err := check(folder, args...); err == nil || !strings.HasPrefix(out, altered+what) {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
	for name, test := range tampered {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			copied := copyOf(t, folder)
			test.alter(t, copied)
			if out, err := check(copied, "bridge-open", "1", verifierOf(t, copied)); err == nil || !strings.HasPrefix(out, altered) || !strings.Contains(out, test.strangerly) {
				t.Errorf("%v\n%s\nwant %q", err, out, test.strangerly)
			}
		})
	}
	t.Run("later than the checkpoint", func(t *testing.T) {
		t.Parallel()
		d.relabel(t, "It was shut to carts.")
		newer := filepath.Join(t.TempDir(), "newer")
		succeed(t, d.settings, "export", newer)
		for _, name := range []string{"checkpoint", "key"} {
			data, err := os.ReadFile(filepath.Join(folder, "log", name))
			if err != nil {
				t.Fatal(err)
			}
			writeFiles(t, newer, map[string][]byte{"log/" + name: data})
		}
		if out, err := check(newer, "bridge-open", "1"); err != nil {
			t.Errorf("an edition before it: %v\n%s", err, out)
		}
		if out, err := check(newer, "bridge-open", "4"); err == nil || !strings.Contains(out, "is later than the checkpoint") {
			t.Errorf("an edition after it: %v\n%s", err, out)
		}
	})
	t.Run("by hand", func(t *testing.T) {
		t.Parallel()
		byHand(t, folder)
	})
}

// verifierOf reads the key in a copy.
func verifierOf(t *testing.T, folder string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, "log", "key"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(data))
}

// byHand types what the page on the log gives to be typed.
func byHand(t *testing.T, folder string) {
	page, err := os.ReadFile("../../docs/log.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(page), "**By hand**")
	_, after, opened := strings.Cut(after, "```\n")
	script, _, closed := strings.Cut(after, "```\n")
	if !ok || !opened || !closed {
		t.Fatal("the page gives nothing to be typed by hand")
	}
	typed := exec.Command("sh", "-e", "-c", strings.NewReplacer("DIR", folder, "FACT", "bridge-open").Replace(script))
	typed.Dir = t.TempDir()
	out, err := typed.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	lines := strings.Split(string(out), "\n")
	if len(lines) < 3 || !strings.Contains(lines[2], "Verified Successfully") {
		t.Fatalf("it says:\n%s", out)
	}
	for i, want := range []string{"00000000.json body_sha256", "00000001.json prev"} {
		name, field, _ := strings.Cut(want, " ")
		data, err := os.ReadFile(filepath.Join(folder, "log", name))
		if err != nil {
			t.Fatal(err)
		}
		var record map[string]any
		if err := json.Unmarshal(data, &record); err != nil {
			t.Fatal(err)
		}
		if hash, _, _ := strings.Cut(lines[i], " "); hash != record[field] {
			t.Errorf("line %d is %s, want %v", i+1, hash, record[field])
		}
	}
}

// TestBegins compares a log with checkpoints of every size that it had.
func TestBegins(t *testing.T) {
	t.Parallel()
	key, verifier := makeKey(t)
	signer, err := checkpoint.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	var tree checkpoint.Tree
	for i := range 20 {
		_, signed, err := signer.Sign(t.Context(), func(int64) (checkpoint.Tree, error) { return tree, nil })
		if err != nil {
			t.Fatal(err)
		}
		later := checkpoint.Tree{Nodes: checkpoint.Nodes{}}
		for n := range 25 {
			if err := later.Append(checkpoint.Hash(edition.RecordHash([]byte{byte(n)}))); err != nil {
				t.Fatal(err)
			}
		}
		if c, err := begins(later, signed, []string{verifier}); err != nil || c.Size != int64(i) {
			t.Errorf("a log of 25 against its first %d: %v", i, err)
		}
		if err := tree.Append(checkpoint.Hash(edition.RecordHash([]byte{byte(i)}))); err != nil {
			t.Fatal(err)
		}
	}
}
