package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// A desk is a database of a test with the setting that leads the program to it.
type desk struct {
	*store.Store
	settings []string
	url      string
}

func newDesk(t *testing.T) desk {
	t.Helper()
	db := storetest.Database(t)
	return desk{storetest.Open(t, db), []string{"DATABASE_URL=" + db.URL}, db.URL}
}

// holds returns all that the desk's tables hold.
func (d desk) holds(t *testing.T) narrative.Collection {
	t.Helper()
	c, err := d.Collection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// change saves nouns as the desk does.
func (d desk) change(t *testing.T, c narrative.Collection) {
	t.Helper()
	err := d.Import(t.Context(), "an editor", "", func(map[store.NounKey]string, narrative.Collection) (store.Plan, error) {
		return store.Plan{Write: c}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestImportPublish brings a corpus in, publishes it, and does both again to no effect.
func TestImportPublish(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	folder := corpusFolder(t, narrativetest.Bridge())

	c := succeed(t, d.settings, "import", folder, "--dry-run")
	if !strings.Contains(c.stdout, "19 new") && !strings.Contains(c.stdout, "dry run: nothing was changed") {
		t.Errorf("a dry run says:\n%s", c.stdout)
	}
	if got := d.holds(t); len(got.Facts) > 0 {
		t.Error("a dry run has changed the tables")
	}
	c = succeed(t, d.settings, "import", folder, "--publish", "--reason", "Told by both towns")
	if !strings.Contains(c.stdout, "published edition 1 of bridge-open") {
		t.Errorf("import --publish says:\n%s", c.stdout)
	}
	c = succeed(t, d.settings, "import", folder, "--publish", "--reason", "Again")
	if !strings.Contains(c.stdout, "corpus: 0 new, 0 changed, 0 kept") || !strings.Contains(c.stdout, "nothing new in 1 fact") {
		t.Errorf("a second import says:\n%s", c.stdout)
	}

	edit(t, filepath.Join(folder, "facts", "bridge-open.yaml"), "It was closed.", "Carts could not cross.")
	c = succeed(t, d.settings, "import", folder)
	if !strings.Contains(c.stdout, "changed: fact bridge-open") {
		t.Errorf("an import of a changed fact says:\n%s", c.stdout)
	}
	c = succeed(t, d.settings, "publish", "bridge-open", "--correction", "--reason", "The label was ours, and wrong", "--json")
	want := "{\n  \"facts\": [\n    {\n      \"fact\": \"bridge-open\",\n      \"number\": 2,\n      \"new\": true\n    }\n  ]\n}\n"
	if c.stdout != want {
		t.Errorf("publish --json prints %s, want %s", c.stdout, want)
	}
	e, err := d.Edition(t.Context(), "bridge-open", 2)
	if err != nil || e.Kind != "correction" || e.Reason != "The label was ours, and wrong" {
		t.Errorf("edition 2 is a %s for %q (%v), want the correction", e.Kind, e.Reason, err)
	}
	refused(t, d.settings, 1, `"swans-counted"`, "publish", "swans-counted", "--reason", "x")
}

// TestImportMistakes checks that all mistakes are told, and that nothing is half loaded.
func TestImportMistakes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	folder := corpusFolder(t, narrativetest.Bridge())
	succeed(t, d.settings, "import", folder)
	before := d.holds(t)

	edit(t, filepath.Join(folder, "facts", "bridge-open.yaml"), "kind: state", "kind: verdict")
	edit(t, filepath.Join(folder, "bridge-closed.yaml"), "voice: direct", "voice: loud")
	edit(t, filepath.Join(folder, "reference", "disputes.yaml"), "The mill bridge", "The old bridge")
	c := refused(t, d.settings, 1, "2 mistakes in "+folder+"; nothing was changed", "import", folder)
	for _, place := range []string{"\nfacts/bridge-open.yaml:", "\nbridge-closed.yaml:"} {
		if !strings.Contains("\n"+c.stderr, place) {
			t.Errorf("no mistake at %q:\n%s", place, c.stderr)
		}
	}
	var result imported
	if err := json.Unmarshal([]byte(invoke(t, d.settings, "import", folder, "--json").stdout), &result); err != nil {
		t.Fatal(err)
	}
	if len(result.Mistakes) != 2 || result.Mistakes[1].File != "facts/bridge-open.yaml" || result.Mistakes[1].Line == 0 {
		t.Errorf("import --json tells the mistakes %+v", result.Mistakes)
	}
	if diff := cmp.Diff(before, d.holds(t)); diff != "" {
		t.Errorf("a refused import has changed the tables:\n%s", diff)
	}
}

// TestImportAssignCodes gives a claim its code.
func TestImportAssignCodes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	folder := corpusFolder(t, narrativetest.Bridge())
	article := filepath.Join(folder, "bridge-closed.yaml")
	edit(t, article, "- code: "+narrativetest.Worried+"\n        source: envoy", "- source: envoy")

	c := refused(t, d.settings, 1, "1 mistake", "import", folder)
	if !strings.Contains(c.stderr, "bridge-closed.yaml:") {
		t.Errorf("the claim without a code is not named:\n%s", c.stderr)
	}
	c = succeed(t, d.settings, "import", folder, "--assign-codes")
	if !strings.Contains(c.stdout, "wrote 1 code into the files") {
		t.Errorf("import --assign-codes says:\n%s", c.stdout)
	}
	blocks := d.holds(t).Articles[0].Blocks
	code := blocks[len(blocks)-1].Claims[0].Code
	written := regexp.MustCompile(`- code: '?` + string(code) + `'?\n`) // in quotation marks where YAML would read a number
	if data, err := os.ReadFile(article); err != nil || !written.Match(data) {
		t.Errorf("the file has no code %s (%v):\n%s", code, err, data)
	}
}

// TestImportDesk checks what becomes of texts that the desk has changed since the last import.
func TestImportDesk(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	folder := corpusFolder(t, narrativetest.Bridge())
	succeed(t, d.settings, "import", folder)
	atDesk := narrativetest.Bridge()
	atDesk.Outlets[0].Name = "The Morning Courier"
	atDesk.Parties[0].Name = "The Lower Town"
	d.change(t, atDesk)

	edit(t, filepath.Join(folder, "reference", "outlets.yaml"), "The Courier", "The Evening Courier")
	c := succeed(t, d.settings, "import", folder)
	for _, want := range []string{
		"kept: outlet courier, name (changed by both)\n  desk:  name: The Morning Courier\n  files: name: The Evening Courier\n",
		"kept: party lower-town, name\n  desk:  name: The Lower Town\n  files: name: Lower Town\n",
		"2 kept as the desk has it",
	} {
		if !strings.Contains(c.stdout, want) {
			t.Errorf("import says\n%s\nwithout\n%s", c.stdout, want)
		}
	}
	if name := d.holds(t).Outlets[0].Name; name != "The Morning Courier" {
		t.Errorf("the outlet is named %q, want the desk's text", name)
	}
	c = succeed(t, d.settings, "import", folder, "--theirs")
	if !strings.Contains(c.stdout, "2 overridden") {
		t.Errorf("import --theirs says:\n%s", c.stdout)
	}
	if name := d.holds(t).Outlets[0].Name; name != "The Evening Courier" {
		t.Errorf("the outlet is named %q, want the files' text", name)
	}
}

// fullText is the bridge article as somebody might paste it.
const fullText = "\uFEFFdate 2024-03-06 Quarrel over a bridge\n" +
	"Quarrel over a bridge\r\n\r\n" +
	"It rained all week in both towns.\n" +
	"The council has closed the bridge, the mayor told us, and at least 40 carts wait; the council said the bridge was open. " +
	"Nobody had asked the miller.\n" +
	"The envoy is concerned, “deeply”. He left before noon.\n" +
	"All rights reserved\n"

// TestImportTexts brings in full texts and anchors the claims in them.
func TestImportTexts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	corpus := corpusFolder(t, narrativetest.Bridge())
	succeed(t, d.settings, "import", corpus, "--publish", "--reason", "First")
	folder := writeFiles(t, t.TempDir(), map[string][]byte{
		"bridge-closed.txt": []byte(fullText), "README.md": []byte("Notes"),
	})

	c := succeed(t, d.settings, "import", folder)
	if !strings.Contains(c.stdout, "all 4 claims anchored") || !strings.Contains(c.stderr, "README.md is neither") {
		t.Errorf("import says:\n%s%s", c.stdout, c.stderr)
	}
	for _, reason := range []intake.Reason{intake.GluedDate, intake.Doubled, intake.Closing} {
		if !strings.Contains(c.stdout, string(reason)) {
			t.Errorf("no cut for %q is told:\n%s", reason, c.stdout)
		}
	}
	texts, err := d.Texts(t.Context())
	if err != nil || len(texts) != 1 || string(texts[0].Original) != fullText || strings.Contains(texts[0].Text.String(), "rights reserved") {
		t.Errorf("stored are %d texts (%v), want the original as it was and a clean text", len(texts), err)
	}
	if c := succeed(t, d.settings, "publish", "--all", "--reason", "Anchored anew"); !strings.Contains(c.stdout, "nothing new in 1 fact") {
		t.Errorf("new anchors with the same words have made an edition:\n%s", c.stdout)
	}

	// Another telling, in one file: a figure has changed, and a sentence is gone.
	changed := strings.Replace(strings.Replace(fullText, "40 carts", "60 carts", 1), "The envoy is concerned, “deeply”. ", "", 1)
	file := filepath.Join(writeFiles(t, t.TempDir(), map[string][]byte{"bridge-closed.txt": []byte(changed)}), "bridge-closed.txt")
	var result imported
	if err := json.Unmarshal([]byte(succeed(t, d.settings, "import", file, "--json").stdout), &result); err != nil {
		t.Fatal(err)
	}
	row := result.Texts.Articles[0]
	if result.Texts.NotAnchored != 3 || row.Anchored != 1 || len(row.Lost) != 3 {
		t.Fatalf("of a changed text import --json says %+v", row)
	}
	outcomes := map[narrative.Code]string{}
	for _, l := range row.Lost {
		outcomes[l.Claim] = string(l.Outcome) + " " + strings.Join(l.Words, "|")
	}
	want := map[narrative.Code]string{
		narrativetest.Own:     "drifted at least 40 carts wait",
		narrativetest.Closed:  "drifted The council has closed the bridge|carts wait", // the figure stands between its segments
		narrativetest.Worried: "orphaned The envoy is concerned, “deeply”.",
	}
	if diff := cmp.Diff(want, outcomes); diff != "" {
		t.Errorf("not anchored (-want +got):\n%s", diff)
	}
}

// TestImportTextsRefused checks that one file that cannot be taken keeps all others out, and is named.
func TestImportTextsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	succeed(t, d.settings, "import", corpusFolder(t, narrativetest.Bridge()))
	for name, test := range map[string]struct {
		file string
		data []byte
		want string
	}{
		"unknown": {"bridge-mended.txt", []byte("It was mended."), `bridge-mended.txt: there is no article "bridge-mended"`},
		"name":    {"The Bridge.txt", []byte("It was mended."), "The Bridge.txt is not named for an article"},
		"latin-1": {"bridge-opened.txt", []byte("caf\xe9"), "bridge-opened.txt: "},
		"nul":     {"bridge-closed.txt", []byte("It was\x00"), "bridge-closed.txt: byte 6: holds a NUL"},
		"utf-8":   {"bridge-closed.txt", []byte("It was \xff"), "bridge-closed.txt: byte 7: not valid UTF-8"},
		"huge":    {"bridge-closed.txt", bytes.Repeat([]byte("It was. "), intake.MaxSize/8+1), "bridge-closed.txt: too large"},
		"empty":   {"bridge-closed.txt", []byte(" \n"), "bridge-closed.txt: there is no text in it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := map[string][]byte{"bridge-closed.txt": []byte(fullText)}
			files[test.file] = test.data
			refused(t, d.settings, 1, test.want, "import", writeFiles(t, t.TempDir(), files))
			if texts, err := d.Texts(t.Context()); err != nil || len(texts) > 0 {
				t.Errorf("%d texts are stored (%v), want none", len(texts), err)
			}
		})
	}
}

// TestImportBoth brings in a folder that holds both a corpus and full texts.
func TestImportBoth(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	folder := writeFiles(t, corpusFolder(t, narrativetest.Bridge()), map[string][]byte{"bridge-closed.txt": []byte(fullText)})
	c := succeed(t, d.settings, "import", folder, "--dry-run")
	if !strings.Contains(c.stdout, "1 text cleaned, none stored") {
		t.Errorf("a dry run says:\n%s", c.stdout)
	}
	c = succeed(t, d.settings, "import", folder)
	if !strings.Contains(c.stdout, "all 4 claims anchored") {
		t.Errorf("import says:\n%s", c.stdout)
	}
}

// TestMisuse checks the status and the line for calls that cannot be carried out.
func TestMisuse(t *testing.T) {
	t.Parallel()
	settings := []string{"DATABASE_URL=postgres://nobody@127.0.0.1:1/none"}
	empty := t.TempDir()
	full := corpusFolder(t, narrativetest.Bridge())
	for name, test := range map[string]struct {
		args   []string
		status int
		want   string
	}{
		"unknown":         {[]string{"bogus"}, 2, "bogus"},
		"flag":            {[]string{"verify", "--bogus"}, 2, "--bogus"},
		"not UTF-8":       {[]string{"import", "a\xff"}, 2, `argument 2, "a\xff", is not valid UTF-8`},
		"nothing":         {[]string{"publish", "--reason", "x"}, 2, "give the slugs of the facts, or --all"},
		"both":            {[]string{"publish", "a-fact", "--all", "--reason", "x"}, 2, "give the slugs of the facts, or --all"},
		"no reason":       {[]string{"publish", "--all"}, 2, "--reason is needed"},
		"blank reason":    {[]string{"publish", "--all", "--reason", " "}, 2, "--reason is needed"},
		"reason of lines": {[]string{"publish", "--all", "--reason", "a\nb"}, 2, "one line"},
		"long reason":     {[]string{"publish", "--all", "--reason", strings.Repeat("é", 501)}, 2, "more than 500 characters"},
		"import reason":   {[]string{"import", full, "--publish"}, 2, "import --publish: --reason is needed"},
		"reason alone":    {[]string{"import", full, "--reason", "x"}, 2, "go with --publish"},
		"dry publish":     {[]string{"import", full, "--dry-run", "--publish", "--reason", "x"}, 2, "--dry-run changes nothing"},
		"no path":         {[]string{"import"}, 2, "give a path, or --practice"},
		"two paths":       {[]string{"import", full, "--practice"}, 2, "give a path, or --practice"},
		"codes of ours":   {[]string{"import", "--practice", "--assign-codes"}, 2, "is for a corpus folder"},
		"codes":           {[]string{"import", writeFiles(t, t.TempDir(), map[string][]byte{"a-b.txt": nil}), "--assign-codes"}, 2, "is for a corpus folder"},
		"missing":         {[]string{"import", filepath.Join(empty, "none")}, 1, "does not exist"},
		"empty":           {[]string{"import", empty}, 1, "holds no corpus"},
		"other file":      {[]string{"import", filepath.Join(full, "bridge-closed.yaml")}, 1, "neither a folder nor a full text"},
		"no database":     {[]string{"import", full}, 1, "database unavailable"},
		"no server":       {[]string{"health"}, 1, "no server answers"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := refused(t, settings, test.status, test.want, test.args...)
			if strings.Contains(c.stderr, "store.") {
				t.Errorf("the message names the code:\n%s", c.stderr)
			}
		})
	}
}
