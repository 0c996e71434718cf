package edition

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A foreignTable is what readers that are not ours make of a table and its description.
type foreignTable struct {
	Rows   [][]string `json:"rows"`
	Errors []any      `json:"errors"`
	Cells  []map[string]struct {
		Value    string `json:"value"`
		Datatype string `json:"datatype"`
	} `json:"cells"`
}

// readTable reads a table with Papa Parse and a reader of CSVW. `make tools` installs them.
func readTable(t *testing.T, table, description []byte) foreignTable {
	t.Helper()
	in, err := json.Marshal(map[string]string{"table": string(table), "description": string(description)})
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	node := exec.CommandContext(t.Context(), "node", "testdata/table.js")
	node.Stdin, node.Stderr = bytes.NewReader(in), &stderr
	out, err := node.Output()
	if err != nil {
		t.Fatalf("node testdata/table.js (`make tools` installs what it needs): %v\n%s", err, stderr.Bytes())
	}
	var read foreignTable
	if err := json.Unmarshal(out, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

func addressOf(r ClaimRow) string {
	return fmt.Sprintf("https://desk.example/facts/%s/editions/%d#%s", r.Fact, r.Number, r.Claim.Code)
}

// TestTable has the table of an edition read by others, and compares it with the edition.
func TestTable(t *testing.T) {
	t.Parallel()
	c := compile(t, collection(), nil)
	rows := Project(Body{Number: 3, Content: c}, 0).Claims
	table := Table(rows, addressOf)
	if lines := bytes.Count(table, []byte("\r\n")); lines != bytes.Count(table, []byte("\n")) || !bytes.HasSuffix(table, []byte("\r\n")) {
		t.Errorf("lines do not end in CRLF:\n%q", table)
	}
	read := readTable(t, table, TableDescription("table.csv", c.Title))
	if len(read.Errors) > 0 {
		t.Errorf("found wrong: %v", read.Errors)
	}
	header, body := read.Rows[0], read.Rows[1:len(read.Rows)-1] // the last is what follows the last CRLF
	stands := 0
	for _, r := range rows {
		stands += len(r.Stands)
	}
	if len(body) != stands || len(read.Cells) != stands || len(header) != len(columns)+1 {
		t.Fatalf("%d rows, %d described, of %d columns; want %d, %d", len(body), len(read.Cells), len(header), stands, len(columns)+1)
	}
	types := map[string]string{addressColumn.name: addressColumn.datatype}
	for _, column := range columns {
		types[column.name] = column.datatype
	}
	at := 0
	for _, r := range rows {
		for _, s := range r.Stands {
			cells := map[string]string{}
			for i, name := range header {
				cells[name] = body[at][i]
				if described := read.Cells[at][name]; described.Value != body[at][i] || described.Value != "" && described.Datatype != types[name] {
					t.Errorf("%s %s is %q, by its description %+v, want type %s", r.Claim.Code, name, body[at][i], described, types[name])
				}
			}
			for name, want := range map[string]string{
				"fact": "ferry-line", "question": c.Title, "edition": "3", "claim": r.Claim.Code, "aspect": s.Aspect, "position": s.Position,
				"position_label": s.Label.String(), "mode": s.Mode, "words": strings.Join(r.Claim.Segments, " … "), "said_earliest": r.Claim.Said.Earliest,
				"source_name": r.SourceName, "outlet_name": r.Outlet, "address": addressOf(r),
			} {
				if cells[name] != want {
					t.Errorf("%s: %s is %q, want %q", r.Claim.Code, name, cells[name], want)
				}
			}
			at++
		}
	}
}

// TestTableOfHostileWords: whatever stands in a cell comes back as it was, with an apostrophe before what a spreadsheet
// would compute.
func TestTableOfHostileWords(t *testing.T) {
	t.Parallel()
	words := []string{
		"=HYPERLINK(\"https://evil.example\")", "+1", "-1", "@SUM(A1)", "\ttab", "'quoted", "a,b;c", "say \"so\"", " =1", "Ծանոթ الجسر", "two\nlines", "\\.", "",
		"\"", ",", "=", "#N/A",
	}
	text := rapid.StringOf(rapid.RuneFrom([]rune("=+-@\t\",;' \n\\ab")))
	for i := range 200 {
		words = append(words, text.Example(i))
	}
	var rows []ClaimRow
	for _, w := range words {
		rows = append(rows, ClaimRow{Fact: "f", Number: 1, Claim: Claim{Segments: []string{w}, Named: w}, Stands: []Stand{{}}, Title: w})
	}
	read := readTable(t, Table(rows, addressOf), TableDescription("table.csv", "=1"))
	if len(read.Errors) > 0 || len(read.Rows) != len(words)+2 {
		t.Fatalf("%d rows of %d, wrong: %v", len(read.Rows)-2, len(words), read.Errors)
	}
	at := slices.IndexFunc(columns, func(c column) bool { return c.name == "words" })
	for i, w := range words {
		got := strings.ReplaceAll(read.Rows[i+1][at], "\r\n", "\n")
		if strings.ContainsAny(w[:min(1, len(w))], "=+-@\t\n") {
			w = "'" + w
		}
		if got != w {
			t.Errorf("words are %q, want %q", got, w)
		}
	}
}

// TestColumns: no name comes twice, types are those of CSVW, and docs/format.md has each column.
func TestColumns(t *testing.T) {
	t.Parallel()
	described, err := os.ReadFile("../../docs/format.md")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, c := range append(slices.Clone(columns), addressColumn) {
		if line := fmt.Sprintf("| `%s` | %s | %s |\n", c.name, c.datatype, c.description); !strings.Contains(string(described), line) {
			t.Errorf("docs/format.md lacks %s", line)
		}
		if names[c.name] || c.description == "" || !slices.Contains([]string{"string", "integer", "date", "language", "anyURI", "boolean"}, c.datatype) {
			t.Errorf("column %+v", c)
		}
		names[c.name] = true
	}
}
