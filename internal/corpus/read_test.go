package corpus_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/corpus"
	"counterclaim/internal/narrative"
)

const (
	articleName = "bridge-closed.yaml"
	factName    = "facts/bridge-open.yaml"
	sourcesName = "reference/sources.yaml"
)

// written returns the files of the sample.
func written(t *testing.T) fstest.MapFS {
	t.Helper()
	files, err := corpus.Write(sample())
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for name, data := range files {
		fsys[name] = &fstest.MapFile{Data: data}
	}
	return fsys
}

func TestRead(t *testing.T) {
	t.Parallel()
	fsys := written(t)
	for _, ignored := range []string{
		"articles.go", "README.md", "bridge-closed.txt", ".hidden.yaml", ".git/x.yaml", "editions/bridge-open/1.json",
		"practice/reference/disputes.yaml", "practice/bridge-mended.yaml",
	} {
		fsys[ignored] = &fstest.MapFile{Data: []byte("\x00 none of ours")}
	}
	got, err := corpus.Read(fsys)
	if err != nil {
		t.Fatal(err)
	}
	want := sample()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Read of what was written (-want +got):\n%s", diff)
	}
	if empty, err := corpus.Read(fstest.MapFS{}); err != nil || !cmp.Equal(empty, narrative.Collection{}) {
		t.Errorf("Read of an empty folder = %v, %v", empty, err)
	}
}

// TestReadStyles: people write YAML in other styles than ours.
func TestReadStyles(t *testing.T) {
	t.Parallel()
	data := "# A comment.\n" +
		"- {slug: upper-town, name: \"Upper\\u0020Town\"}\r\n" +
		"- name: >\n    Lower\n    Town\n  slug: 'lower-town' # another\n"
	data = strings.ReplaceAll(data, "name: >\n", "name: >-\n")
	got, err := corpus.Read(fstest.MapFS{
		"reference/parties.yaml": {Data: []byte(data)},
		"reference/terms.yaml":   {Data: []byte("# none yet\n")},
	})
	want := []narrative.Party{{Slug: "lower-town", Name: "Lower Town"}, {Slug: "upper-town", Name: "Upper Town"}}
	if diff := cmp.Diff(want, got.Parties); err != nil || diff != "" {
		t.Errorf("Read: %v\n%s", err, diff)
	}
}

// TestReadMistakes breaks the sample's files in one place each.
func TestReadMistakes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file, old, new string
		want                 []string
	}{
		{
			"syntax", factName, "kind: state", "kind: 'state",
			[]string{"facts/bridge-open.yaml:4: not YAML: could not find end character of single-quoted text"},
		},
		{
			"unknown key", articleName, "headline:", "headlin:",
			[]string{
				"bridge-closed.yaml:1: headline: missing",
				`bridge-closed.yaml:6: unknown key "headlin"; expected one of slug, outlet, identified, kind, headline, headline_by, url, byline, ` +
					"language, translated, published, captured, credit, reprint_of, rights, note, read_for, passages",
			},
		},
		{
			"unknown key inside", articleName, "        mode: concern", "        manner: concern",
			[]string{
				"bridge-closed.yaml:103: passages[1].claims[0].stances[0].mode: missing; expected one of asserted, denied, presupposed, " +
					"demanded, conditional, concern, withheld",
				`bridge-closed.yaml:104: passages[1].claims[0].stances[0]: unknown key "manner"; expected one of fact, aspect, position, mode, period`,
			},
		},
		{
			"key twice", factName, "status:\n", "kind: open\nstatus:\n",
			[]string{`facts/bridge-open.yaml:6: the key "kind" comes twice; it is on line 4 already`},
		},
		{
			"text for a list", factName, "    claims:\n      - Y0J-B528\ngaps", "    claims: Y0J-B528\ngaps",
			[]string{"facts/bridge-open.yaml:38: points[1].claims: found text; expected a list, each item on a line that begins with a hyphen"},
		},
		{
			"list for keys", factName, "status:\n  state: dormant", "status:\n  - dormant",
			[]string{"facts/bridge-open.yaml:7: status: found a list; expected the keys state, read_to, since, reason"},
		},
		{
			"number for text", articleName, "headline: Quarrel over a bridge", "headline: 2024",
			[]string{"bridge-closed.yaml:6: headline: found the number 2024; expected text, so put it in quotation marks"},
		},
		{
			"truth for text", sourcesName, "name: the envoy", "name: true",
			[]string{"reference/sources.yaml:7: name: found the truth value true; expected text, so put it in quotation marks"},
		},
		{
			"nothing for text", sourcesName, "name: the envoy", "name:",
			[]string{"reference/sources.yaml:7: name: found nothing; expected text"},
		},
		{
			"text for truth", "reference/disputes.yaml", "fiction: true", "fiction: certainly",
			[]string{"reference/disputes.yaml:7: fiction: found text; expected true or false"},
		},
		{
			"no date", articleName, "  day: 2024-03-06", "  day: 6 March",
			[]string{`bridge-closed.yaml:11: published.day: "6 March" is no date; expected one such as 2023-01-24, 2023-01, 2023 or 2023-01-10/2023-01-11`},
		},
		{
			"anchor", sourcesName, "name: the envoy", "name: &x the envoy",
			[]string{"reference/sources.yaml:7: name: found an anchor (&), which the format does not have; expected text"},
		},
		{
			"alias", sourcesName, "name: the envoy", "name: *x",
			[]string{"reference/sources.yaml:7: name: found an alias (*), which the format does not have; expected text"},
		},
		{
			"tag", sourcesName, "name: the envoy", "name: !!str the envoy",
			[]string{"reference/sources.yaml:7: name: found a tag (!), which the format does not have; expected text"},
		},
		{
			"rule", articleName, "position: closed\n            mode: asserted", "position: blokked\n            mode: asserted",
			[]string{`bridge-closed.yaml:43: passages[0].claims[0].stances[0].position: "blokked" is no position of the fact bridge-open; expected one of closed, open`},
		},
		{
			"no code", articleName, "      - code: 0ZH-WVBX\n        source: envoy", "      - source: envoy",
			[]string{"bridge-closed.yaml:93: passages[1].claims[0].code: missing; every claim needs a code, import --assign-codes writes one into the file"},
		},
		{
			"slug and file", articleName, "slug: bridge-closed", "slug: bridge-shut",
			[]string{
				`bridge-closed.yaml:1: slug: "bridge-shut" in a file named bridge-closed.yaml; expected the file to be named for the slug`,
				`reference/events.yaml:14: expected[0].article: "bridge-closed" is no article; expected one of bridge-shut`,
			},
		},
		{
			"second document", sourcesName, "- slug: envoy", "---\n- slug: envoy",
			[]string{"reference/sources.yaml:6: a second YAML document; expected one a file"},
		},
		{
			"NUL", sourcesName, "the envoy", "the\x00envoy",
			[]string{"reference/sources.yaml:7: holds a NUL character"},
		},
		{
			"UTF-8", sourcesName, "the envoy", "the \xc3\x28",
			[]string{"reference/sources.yaml:7: not valid UTF-8"},
		},
		{
			"item", sourcesName, "- slug: envoy\n  name: the envoy\n  kind: person", "- envoy",
			[]string{"reference/sources.yaml:6: found text; expected the keys slug, name, printed, kind, party, offices, note"},
		},
		{
			"deep", sourcesName, "the envoy", strings.Repeat("[", 600),
			[]string{"reference/sources.yaml:7: more than 500 brackets or braces are open"},
		},
		{
			"indented", sourcesName, "  name: the envoy", strings.Repeat(" ", 300) + "name: the envoy",
			[]string{"reference/sources.yaml:7: indented by more than 200 columns"},
		},
		{
			"blank", sourcesName, "- slug: envoy", strings.Repeat("\n", 1001) + "- slug: envoy",
			[]string{"reference/sources.yaml:1005: more than 1000 empty lines in a row"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			fsys := written(t)
			fsys[test.file].Data = []byte(replaced(t, string(fsys[test.file].Data), test.old, test.new))
			got := mistakes(t, fsys)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestReadFiles: what is wrong with files rather than in them.
func TestReadFiles(t *testing.T) {
	t.Parallel()
	many := fstest.MapFS{}
	for i := range 2001 {
		many[fmt.Sprintf("a%d.yaml", i)] = &fstest.MapFile{}
	}
	tests := []struct {
		name string
		fsys fstest.MapFS
		want []string
	}{
		{"unknown file", fstest.MapFS{"reference/source.yaml": {}}, []string{
			"reference/source.yaml: unknown file; expected one of disputes.yaml, parties.yaml, outlets.yaml, sources.yaml, places.yaml, " +
				"terms.yaml, events.yaml, records.yaml",
		}},
		{"unknown folder", fstest.MapFS{"fact/a.yaml": {}}, []string{
			"fact/a.yaml: unknown folder; expected articles in the root, facts in facts and all else in reference",
		}},
		{"other ending", fstest.MapFS{"a.yml": {}}, []string{"a.yml: unknown file; expected the ending .yaml"}},
		{"empty", fstest.MapFS{"facts/aa.yaml": {}}, []string{
			"facts/aa.yaml: found nothing; expected the keys slug, key, dispute, question, kind, background, status, periods, positions, aspects, points, gaps, requests, note",
		}},
		{"no list", fstest.MapFS{"reference/parties.yaml": {Data: []byte("slug: aa\n")}}, []string{
			"reference/parties.yaml:1: found keys with values; expected a list, each party beginning with a hyphen",
		}},
		{"huge", fstest.MapFS{"aa.yaml": {Data: make([]byte, 5<<20)}}, []string{"aa.yaml: 4194305 bytes; expected at most 4194304"}},
		{"many", many, []string{"a999.yaml: more than 2000 YAML files"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, mistakes(t, test.fsys)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestReadAll: the mistakes of all files come in one run, and nothing is loaded.
func TestReadAll(t *testing.T) {
	t.Parallel()
	fsys := written(t)
	for name, change := range map[string][2]string{
		articleName: {"source: envoy", "source: envoi"},
		factName:    {"Was [[bridge]] open?", "Was [[bridge]] open."},
		sourcesName: {"kind: body", "kind: crowd"},
	} {
		fsys[name].Data = []byte(replaced(t, string(fsys[name].Data), change[0], change[1]))
	}
	want := []string{
		`bridge-closed.yaml:94: passages[1].claims[0].source: "envoi" is no source or outlet; expected one of council, courier, envoy, mayor, nobody-knows, spokeswoman`,
		"facts/bridge-open.yaml:3: question: does not end with a question mark; expected a question",
		`reference/sources.yaml:3: kind: "crowd" is unknown; expected one of person, body, side, unnamed`,
	}
	if diff := cmp.Diff(want, mistakes(t, fsys)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestReadBroken: a folder that cannot be read is not a mistake in it.
func TestReadBroken(t *testing.T) {
	t.Parallel()
	_, err := corpus.Read(brokenFS{})
	if _, mistaken := errors.AsType[corpus.Mistakes](err); mistaken || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("error = %v, want ErrPermission", err)
	}
}

type brokenFS struct{}

func (brokenFS) Open(string) (fs.File, error) { return nil, fs.ErrPermission }

// mistakes reads files that are not right.
func mistakes(t *testing.T, fsys fs.FS) []string {
	t.Helper()
	c, err := corpus.Read(fsys)
	wrong, ok := errors.AsType[corpus.Mistakes](err)
	if !ok || !cmp.Equal(c, narrative.Collection{}) {
		t.Fatalf("Read = %v, %v, want mistakes and nothing else", c, err)
	}
	return strings.Split(wrong.Error(), "\n")
}

// replaced replaces the only place of a text.
func replaced(t *testing.T, s, old, by string) string {
	t.Helper()
	if n := strings.Count(s, old); n != 1 {
		t.Fatalf("%q stands %d times in the file, want once", old, n)
	}
	return strings.Replace(s, old, by, 1)
}
