package main

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/corpus"
	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store/storetest"
)

// publishedDesk is a database with three editions, of which one is erased, and a full text.
func publishedDesk(t *testing.T) desk {
	t.Helper()
	d := newDesk(t)
	folder := writeFiles(t, corpusFolder(t, narrativetest.Bridge()), map[string][]byte{"bridge-closed.txt": []byte(fullText)})
	succeed(t, d.settings, "import", folder, "--publish", "--reason", "First")
	for _, label := range []narrative.Markup{"Carts could not cross.", "It was shut."} {
		c := narrativetest.Bridge()
		c.Facts[0].Positions[0].Label = label
		d.change(t, c)
		succeed(t, d.settings, "publish", "--all", "--reason", "A better label")
	}
	if err := d.Erase(t.Context(), "an editor", "bridge-open", 2, "A court has asked for it"); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestExport carries everything into an empty database and back out, byte for byte.
func TestExport(t *testing.T) {
	t.Parallel()
	d := publishedDesk(t)
	first, second := filepath.Join(t.TempDir(), "first"), filepath.Join(t.TempDir(), "second")
	c := succeed(t, d.settings, "export", first, "--private")
	if !strings.Contains(c.stdout, "3 editions") || !strings.Contains(c.stdout, "4 entries of the log") {
		t.Errorf("export says:\n%s", c.stdout)
	}
	check := exec.Command("sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS")
	check.Dir = first
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("sha256sum --check: %v\n%s", err, out)
	}
	files := readTree(t, first)
	for _, number := range []string{"1", "3"} {
		e, err := d.Edition(t.Context(), "bridge-open", map[string]int{"1": 1, "3": 3}[number])
		if err != nil || files["editions/bridge-open/"+number+".json"] != string(e.Body) {
			t.Errorf("the file of edition %s is not its exact bytes (%v)", number, err)
		}
	}
	if _, err := edition.ReadRedactions([]byte(files["editions/bridge-open/2.json"])); err != nil {
		t.Errorf("the file of the erased edition: %v", err)
	}
	if files["captures/bridge-closed/original"] != fullText {
		t.Error("the original of the full text is not as it was received")
	}

	other := newDesk(t)
	c = succeed(t, other.settings, "import", first)
	if !strings.Contains(c.stdout, "restored 4 entries of the log") {
		t.Errorf("import says:\n%s", c.stdout)
	}
	succeed(t, other.settings, "verify")
	succeed(t, other.settings, "export", second, "--private")
	if diff := cmp.Diff(files, readTree(t, second)); diff != "" {
		t.Errorf("the second export differs:\n%s", diff)
	}
	if c := succeed(t, other.settings, "import", first); !strings.Contains(c.stdout, "restored 0 entries") {
		t.Errorf("a second import says:\n%s", c.stdout)
	}
	if c := succeed(t, other.settings, "publish", "--all", "--reason", "x"); !strings.Contains(c.stdout, "nothing new in 1 fact") {
		t.Errorf("the tables are not those that the editions were made of:\n%s", c.stdout)
	}

	// What the log has beyond the archive is never lost.
	changed := narrativetest.Bridge()
	changed.Facts[0].Positions[1].Label = "Carts could cross."
	other.change(t, changed)
	succeed(t, other.settings, "publish", "--all", "--reason", "x")
	refused(t, other.settings, 1, "has published more than the archive holds", "import", first)
}

// TestExportPublic checks that an archive for the public has no full text, and that a folder with something in it is
// left alone.
func TestExportPublic(t *testing.T) {
	t.Parallel()
	d := publishedDesk(t)
	folder := t.TempDir()
	succeed(t, d.settings, "export", folder)
	files := readTree(t, folder)
	for name, data := range files {
		if strings.Contains(data, "Nobody had asked the miller") || strings.HasPrefix(name, "captures/") {
			t.Errorf("%s is in a public archive", name)
		}
	}
	refused(t, d.settings, 1, "not empty", "export", folder)
	if diff := cmp.Diff(files, readTree(t, folder)); diff != "" {
		t.Errorf("a refused export has changed the folder:\n%s", diff)
	}
	want, err := corpus.Write(d.holds(t))
	if err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(files, func(name, _ string) bool { return !strings.HasPrefix(name, "articles/") })
	if len(files) != len(want) {
		t.Errorf("%d files of the corpus, want %d", len(files), len(want))
	}
	for name, data := range want {
		if files["articles/"+name] != string(data) {
			t.Errorf("articles/%s is not as package corpus writes it", name)
		}
	}
}

// TestImportTampered checks that an archive in which one byte was changed changes nothing.
func TestImportTampered(t *testing.T) {
	t.Parallel()
	d := publishedDesk(t)
	folder := filepath.Join(t.TempDir(), "out")
	succeed(t, d.settings, "export", folder)
	body := filepath.Join(folder, "editions", "bridge-open", "1.json")
	data, err := os.ReadFile(body)
	if err != nil {
		t.Fatal(err)
	}
	altered := bytes.Replace(data, []byte("closed"), []byte("opened"), 1)
	if err := os.WriteFile(body, altered, 0o644); err != nil {
		t.Fatal(err)
	}
	other := newDesk(t)
	refused(t, other.settings, 1, "editions/bridge-open/1.json has other contents", "import", folder)

	// Somebody may alter the manifest too; the log then tells.
	sums := exec.Command("sh", "-c", "find articles editions log -type f | sort | xargs sha256sum >SHA256SUMS")
	sums.Dir = folder
	if out, err := sums.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	refused(t, other.settings, 1, "edition 1 of bridge-open", "import", folder)
	if got := other.holds(t); len(got.Facts) > 0 {
		t.Error("a refused archive has changed the tables")
	}
}

// TestVerifyTampered alters one byte of one edition behind the program's back.
func TestVerifyTampered(t *testing.T) {
	t.Parallel()
	d := publishedDesk(t)
	if c := succeed(t, d.settings, "verify"); !strings.Contains(c.stdout, "3 editions of 1 fact, of which 1 erased") {
		t.Errorf("verify says:\n%s", c.stdout)
	}
	_, err := storetest.Pool(t, d.url).Exec(t.Context(), `
		SET session_replication_role = replica; -- no trigger is called
		UPDATE edition_bodies
		SET body = convert_to(replace(convert_from(body, 'UTF8'), 'Carts', 'Cards'), 'UTF8')
		WHERE log_index = 0`)
	if err != nil {
		t.Fatal(err)
	}
	refused(t, d.settings, 1, "edition 1 of bridge-open", "verify")
	refused(t, d.settings, 1, "1 check failed", "doctor")
}
