package edition

import (
	"bytes"
	"encoding/json"
	"html"
	"os/exec"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// renderForeign renders texts with a renderer that is not ours. `make tools` installs it.
func renderForeign(t *testing.T, texts []string) []string {
	t.Helper()
	in, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	node := exec.CommandContext(t.Context(), "node", "testdata/markdown.js")
	node.Stdin, node.Stderr = bytes.NewReader(in), &stderr
	out, err := node.Output()
	if err != nil {
		t.Fatalf("node testdata/markdown.js (`make tools` installs what it needs): %v\n%s", err, stderr.Bytes())
	}
	var rendered []string
	if err := json.Unmarshal(out, &rendered); err != nil || len(rendered) != len(texts) {
		t.Fatalf("%d of %d texts rendered: %v", len(rendered), len(texts), err)
	}
	return rendered
}

// TestMarkdownIsInert has hostile words rendered: what comes out is one paragraph with the very words and no element in
// it.
func TestMarkdownIsInert(t *testing.T) {
	t.Parallel()
	said := []string{
		"plain words", "*stressed* _words_ __both__ `code` ~~gone~~", "[a link](javascript:alert(1)) ![img](x)", "<script>alert(1)</script><b>x</b>", "&lt;b&gt; &amp; &copy;",
		"# heading", "- item", "+ item", "1. item", "12) item", "> quoted", "===", "---", "| a | b |\n|---|---|", "https://evil.example/a http://b.example www.c.example ftp://d.example",
		"mail@evil.example", "<https://evil.example>", "[ref]: https://evil.example", "[ref][ref]", "\\*", "a\\", "    indented", "a  \nb", "```\ncode\n```", "$x$ $$y$$", "WWW.E.EXAMPLE",
		"wWw.f.example HTTPS://G.EXAMPLE xmpp:a@b.example mailto:a@b.example", "[^1] and ^up^ ==mark==", "- [ ] box", ":smile: @name #7", "“quoted” ‘so’", "Ծանոթ səs дорога الجسر",
		"&#x202e; &#0;", "setext\n===", "* * *", "_ _ _", "~~~", "\t tabbed", "!", "",
	}
	text := rapid.StringOf(rapid.RuneFrom([]rune("\\`*_{}[]()<>#+-.!|~:/@&$=^ \n1aw\"'")))
	for i := range 300 {
		said = append(said, text.Example(i))
	}
	var written []string
	for _, s := range said {
		written = append(written,
			Markdown([]Sentence{{Text: Text{{Text: s}}}}),
			Markdown([]Sentence{{Text: plain("Somebody said: ")}, {Text: Text{{Text: s, Kind: RunSaid}}}}))
	}
	rendered := renderForeign(t, written)
	for i, got := range rendered {
		want := said[i/2]
		if i%2 == 1 {
			want = "Somebody said: “" + want + "”"
		}
		want = strings.Join(strings.Fields(want), " ")
		bare := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(got), "<p>"), "</p>")
		if strings.Contains(bare, "<") || html.UnescapeString(bare) != want {
			t.Errorf("%q is rendered as %q", written[i], got)
		}
	}
}

func TestMarkdownLinksTheAddress(t *testing.T) {
	t.Parallel()
	got := renderForeign(t, []string{Markdown([]Sentence{{Text: plain("From *here*:"), Address: "https://desk.example/facts/a_b/editions/4#1AB-2CDE"}})})[0]
	want := `<p>From *here*: <a href="https://desk.example/facts/a_b/editions/4#1AB-2CDE">https://desk.example/facts/a_b/editions/4#1AB-2CDE</a></p>`
	if strings.TrimSpace(got) != want {
		t.Errorf("got %s", got)
	}
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	got := PlainText([]Sentence{{Text: plain("One\r\nline.")}, {}, {Text: Text{{Text: "a <b>"}, {Text: "words", Kind: RunSaid}}, Address: "https://desk.example/"}})
	if want := "One line. a <b>“words” https://desk.example/\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
