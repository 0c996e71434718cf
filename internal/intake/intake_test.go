package intake_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/intake"
	"counterclaim/internal/passage"
)

func TestClean(t *testing.T) {
	t.Parallel()
	type cut = intake.Cut
	for name, test := range map[string]struct {
		raw   string
		hints intake.Hints
		want  []string // blocks
		cuts  []intake.Cut
	}{
		"plain":            {"One swan.\nTwo swans.", intake.Hints{}, []string{"One swan.", "Two swans."}, nil},
		"empty lines":      {"\n\nOne swan.\n\n\nTwo swans.\n\n", intake.Hints{}, []string{"One swan.", "Two swans."}, nil},
		"byte order mark":  {"\uFEFFOne swan.", intake.Hints{}, []string{"One swan."}, nil},
		"carriage returns": {"One swan.\r\nTwo swans.\rThree.", intake.Hints{}, []string{"One swan.", "Two swans.", "Three."}, nil},
		"unseen":           {"One\u00a0 swan.\u200b\n\u200b\nTwo swans.", intake.Hints{}, []string{"One swan.", "Two swans."}, nil},
		"glued date": {
			" date 2024-03-05 The ferry sank.\nNobody drowned.", intake.Hints{},
			[]string{"The ferry sank.", "Nobody drowned."}, []cut{{1, "date 2024-03-05", intake.GluedDate}},
		},
		"glued time": {
			"Date: 2024-03-05T10:11:12Z The ferry sank.", intake.Hints{},
			[]string{"The ferry sank."}, []cut{{1, "Date: 2024-03-05T10:11:12Z", intake.GluedDate}},
		},
		"date alone": {
			"date 2024-03-05\nThe ferry sank.", intake.Hints{},
			[]string{"The ferry sank."}, []cut{{1, "date 2024-03-05", intake.GluedDate}},
		},
		"date of the text": {"2024-03-05 was a Tuesday.", intake.Hints{}, []string{"2024-03-05 was a Tuesday."}, nil},
		"date in the text": {"The ferry sank.\ndate 2024-03-05 it sank", intake.Hints{}, []string{"The ferry sank.", "date 2024-03-05 it sank"}, nil},
		"word date":        {"Dates 2024-03-05 were named.", intake.Hints{}, []string{"Dates 2024-03-05 were named."}, nil},
		"doubled headline": {
			"Ferry sinks\nBy A. Writer\nFerry  Sinks\nThe ferry sank.", intake.Hints{Headline: "Ferry sinks"},
			[]string{"Ferry sinks", "By A. Writer", "The ferry sank."}, []cut{{3, "Ferry  Sinks", intake.Doubled}},
		},
		"doubled caption": {
			"The quay on Monday\nThe ferry sank.\nThe quay on Monday\nNobody drowned.", intake.Hints{},
			[]string{"The quay on Monday", "The ferry sank.", "Nobody drowned."}, []cut{{3, "The quay on Monday", intake.Doubled}},
		},
		"headline that is a sentence": {
			"The ferry sank.\nIt is true.\nThe ferry sank.", intake.Hints{Headline: "The ferry sank."},
			[]string{"The ferry sank.", "It is true."}, []cut{{3, "The ferry sank.", intake.Doubled}},
		},
		"sentence said twice": {
			"“We were not asked.”\nThe mayor paused.\n“We were not asked.”", intake.Hints{},
			[]string{"“We were not asked.”", "The mayor paused.", "“We were not asked.”"}, nil,
		},
		"boilerplate": {
			"Inland, Rivers - North\nThe ferry sank.\nHARBOUR\nThe Harbour Post shows a part of what subscribers get.",
			intake.Hints{Boilerplate: []string{"Inland, Rivers", "HARBOUR", "The Harbour Post shows", ""}},
			[]string{"The ferry sank."},
			[]cut{
				{1, "Inland, Rivers - North", intake.Boilerplate}, {3, "HARBOUR", intake.Boilerplate},
				{4, "The Harbour Post shows a part of what subscribers get.", intake.Boilerplate},
			},
		},
		"no boilerplate in a word": {
			"HARBOURMASTERS met.", intake.Hints{Boilerplate: []string{"HARBOUR"}}, []string{"HARBOURMASTERS met."}, nil,
		},
		"closing lines": {
			"The ferry sank.\nRead also: Ten ferries that did not\n© The Harbour Post 2024\nAll rights reserved.", intake.Hints{},
			[]string{"The ferry sank."},
			[]cut{
				{2, "Read also: Ten ferries that did not", intake.Closing}, {3, "© The Harbour Post 2024", intake.Closing},
				{4, "All rights reserved.", intake.Closing},
			},
		},
		"closing words amid the text": {
			"The ferry sank.\nSubscribe, the captain told the passengers, or swim.\nNobody did.", intake.Hints{},
			[]string{"The ferry sank.", "Subscribe, the captain told the passengers, or swim.", "Nobody did."}, nil,
		},
		"long last paragraph": {
			"The ferry sank.\nSee also the mayor's letter, " + strings.Repeat("which is long, ", 20) + "and ends.", intake.Hints{},
			[]string{"The ferry sank.", "See also the mayor's letter, " + strings.Repeat("which is long, ", 20) + "and ends."}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := intake.Clean([]byte(test.raw), test.hints)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, blocks(t, got.Text)); diff != "" {
				t.Errorf("blocks (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.cuts, got.Cuts); diff != "" {
				t.Errorf("cuts (-want +got):\n%s", diff)
			}
		})
	}
}

func blocks(t *testing.T, text passage.Text) []string {
	t.Helper()
	var list []string
	for _, b := range text.Blocks() {
		s, err := text.Slice(b)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	return list
}

func TestCleanErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		raw  string
		want error
		at   string // in the message
	}{
		"not UTF-8": {"The ferry \xff sank.", passage.ErrNotUTF8, "byte 10"},
		"NUL":       {"The\x00 ferry sank.", passage.ErrNUL, "byte 3"},
		"empty":     {" \n\uFEFF\n", intake.ErrEmpty, ""},
		"only cuts": {"date 2024-03-05\n© The Harbour Post", intake.ErrEmpty, ""},
		"too large": {strings.Repeat("The ferry sank. ", intake.MaxSize/16+1), intake.ErrTooLarge, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := intake.Clean([]byte(test.raw), intake.Hints{})
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.at) {
				t.Errorf("error = %v, want %v at %q", err, test.want, test.at)
			}
		})
	}
}

func TestCutString(t *testing.T) {
	t.Parallel()
	c := intake.Cut{Line: 3, Text: strings.Repeat("é", 70), Reason: intake.Boilerplate}
	if got, want := c.String(), `line 3: the site's own line: "`+strings.Repeat("é", 60)+`…"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzClean checks that nothing is lost or made up: what is kept and what is cut is what was received, and a clean text
// stays as it is.
func FuzzClean(f *testing.F) {
	f.Add("\uFEFFdate 2024-03-05 Ferry sinks\nFerry sinks\r\nHARBOUR\nThe ferry sank.\n© The Harbour Post", "Ferry sinks", "HARBOUR")
	f.Add("a\u2028b\u2029c\u0085d\r\r\n\u200be\u0301", "", "")
	f.Add("date 2024-03-05\n\ndate 2024-03-05 x", "x", "date")
	f.Fuzz(func(t *testing.T, raw, headline, boilerplate string) {
		hints := intake.Hints{Headline: headline, Boilerplate: []string{boilerplate}}
		got, err := intake.Clean([]byte(raw), hints)
		if err != nil {
			return
		}
		whole, err := passage.NewText(raw)
		if err != nil {
			t.Fatalf("a text was taken that cannot be one: %v", err)
		}
		var pieces strings.Builder
		pieces.WriteString(got.Text.String())
		for _, c := range got.Cuts {
			cut, err := passage.NewText(c.Text)
			if err != nil {
				t.Fatal(err)
			}
			pieces.WriteString(cut.String())
		}
		if a, b := letters(whole.String()), letters(pieces.String()); a != b {
			t.Errorf("of %d letters %d are kept or cut", a, b)
		}
		if got.Text.Len() == 0 {
			t.Error("an empty text without an error")
		}
	})
}

// letters counts the bytes that are no white space.
func letters(s string) int { return len(strings.Join(strings.Fields(s), "")) }
