package edition

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/format-1.json anew; only before the first edition of a form is published")

var (
	noon = time.Date(2031, 6, 1, 12, 0, 0, 0, time.UTC)
	salt = [16]byte{0: 1, 15: 255}
)

func seal(t *testing.T, c Content, number int) []byte {
	t.Helper()
	kind := Update
	if number == 1 {
		kind = First
	}
	body, err := Seal(c, number, noon.Add(time.Duration(number)*time.Second), kind, "a reason", salt)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	got, err := Canonical(struct {
		B string `json:"b"`
		A []int  `json:"a"`
		C map[string]bool
	}{"<é & ə>", []int{1, -2}, map[string]bool{"z": true, "y": false}})
	if want := `{"C":{"y":false,"z":true},"a":[1,-2],"b":"<é & ə>"}`; err != nil || string(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
	for name, v := range map[string]any{
		"a float":                  struct{ F float64 }{1},
		"a float in a list":        []any{"a", float32(2)},
		"a whole number over 2^53": []int64{1 << 53},
		"a decomposed text":        map[string]string{"k": "e\u0301"},
		"a decomposed key":         map[string]string{"e\u0301": "v"},
		"a text that is not UTF-8": "\xff",
		"an unsigned whole number": uint64(1),
		"a function":               struct{ F func() }{},
	} {
		if _, err := Canonical(v); !errors.Is(err, ErrCanonical) {
			t.Errorf("%s: error %v, want ErrCanonical", name, err)
		}
	}
}

func TestSealAndRead(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	body, err := Seal(content, 2, noon.Add(500*time.Millisecond).In(time.FixedZone("", 7200)), Correction, "a name was misspelt", salt)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read(body)
	if err != nil {
		t.Fatal(err)
	}
	want := Body{1, Public, "010000000000000000000000000000ff", "ferry-line", 2, "2031-06-01T12:00:00Z", Correction, "", "a name was misspelt", nil, content}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read differs from sealed (-sealed +read):\n%s", diff)
	}
}

func TestContentHash(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	first, err := content.Hash()
	if err != nil {
		t.Fatal(err)
	}
	again := compile(t, collection(), &content)
	if hash, err := again.Hash(); err != nil || hash != first {
		t.Errorf("the same content has the hashes %s and %s (%v)", first, hash, err)
	}
	again.Title += " "
	if hash, _ := again.Hash(); hash == first {
		t.Error("another title has the same hash")
	}
	again.Title = "e\u0301"
	if _, err := again.Hash(); !errors.Is(err, ErrCanonical) {
		t.Errorf("error %v, want ErrCanonical", err)
	}
}

func TestSealRefuses(t *testing.T) {
	t.Parallel()
	c := Content{Key: "ferry-line", Slug: "ferry-line"}
	for name, tt := range map[string]struct {
		content Content
		number  int
		kind    Kind
		reason  string
		want    error
	}{
		"number 0":             {c, 0, First, "r", ErrSeal},
		"no kind":              {c, 1, "", "r", ErrSeal},
		"no reason":            {c, 1, First, "", ErrSeal},
		"no fact":              {Content{}, 1, First, "r", ErrSeal},
		"a reason, decomposed": {c, 1, First, "e\u0301", ErrCanonical},
	} {
		if _, err := Seal(tt.content, tt.number, noon, tt.kind, tt.reason, salt); !errors.Is(err, tt.want) {
			t.Errorf("%s: error %v, want %v", name, err, tt.want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	body := string(seal(t, Content{Key: "ferry-line", Slug: "ferry-line"}, 1))
	redacted, err := Redacted(Redaction{"2031-06-02T00:00:00Z", "a court's order"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, body string
		want       error
	}{
		{"nothing", "", ErrFormat},
		{"no JSON", "edition", ErrFormat},
		{"a later form", strings.Replace(body, `"format":1`, `"format":2`, 1), ErrFormat},
		{"no form", strings.Replace(body, `"format":1,`, ``, 1), ErrFormat},
		{"no audience", strings.Replace(body, `"audience":"public"`, `"audience":""`, 1), ErrFormat},
		{"a repeated field", strings.Replace(body, `"format":1`, `"format":1,"format":1`, 1), ErrFormat},
		{"a name in capitals", strings.Replace(body, `"format":1`, `"Format":1`, 1), ErrFormat},
		{"something after the end", body + "{}", ErrFormat},
		{"a salt of other length", strings.Replace(body, `"salt":"01`, `"salt":"`, 1), ErrFormat},
		{"another fact within", strings.Replace(body, `"fact":"ferry-line"`, `"fact":"ferry"`, 1), ErrFormat},
		{"a time with a fraction", strings.Replace(body, `:01Z"`, `:01.5Z"`, 1), ErrFormat},
		{"an erased body", string(redacted), ErrRedacted},
	} {
		if tt.body == body {
			t.Fatalf("%s: nothing was changed", tt.name)
		}
		if _, err := Read([]byte(tt.body)); !errors.Is(err, tt.want) {
			t.Errorf("%s: error %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestRedacted(t *testing.T) {
	t.Parallel()
	body, err := Redacted(Redaction{"2031-06-02T00:00:00Z", "a court's order"})
	if want := `{"format":1,"redactions":[{"on":"2031-06-02T00:00:00Z","reason":"a court's order"}]}`; err != nil || string(body) != want {
		t.Errorf("%s, %v, want %s", body, err, want)
	}
	got, err := ReadRedactions(body)
	if want := (Redaction{"2031-06-02T00:00:00Z", "a court's order"}); err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("read %+v, %v, want %+v", got, err, want)
	}
	if _, err := ReadRedactions(seal(t, Content{Key: "ferry-line", Slug: "ferry-line"}, 1)); !errors.Is(err, ErrFormat) {
		t.Errorf("a whole body: error %v, want ErrFormat", err)
	}
	if _, err := ReadRedactions(bytes.Replace(body, []byte(`"on"`), []byte(`"of":1,"on"`), 1)); !errors.Is(err, ErrFormat) {
		t.Errorf("an unknown field: error %v, want ErrFormat", err)
	}
	for _, tt := range [][2]string{{"", "2031-06-02T00:00:00Z"}, {"a reason", "2031-06-02"}, {"a reason", "2031-06-02T00:00:00+02:00"}} {
		if _, err := Redacted(Redaction{tt[1], tt[0]}); !errors.Is(err, ErrSeal) {
			t.Errorf("%q on %q: error %v, want ErrSeal", tt[0], tt[1], err)
		}
	}
}

// An edition of the first form is read for ever. The file is never written again once one has been published.
func TestFormat1(t *testing.T) {
	t.Parallel()
	const name = "testdata/format-1.json"
	if *update {
		if err := os.WriteFile(name, seal(t, compile(t, collection(), nil), 1), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Read(body)
	if err != nil {
		t.Fatal(err)
	}
	if b.Format != 1 || b.Fact != "ferry-line" || b.Number != 1 || b.Content.Title != "Was the ferry line to North Quay running?" ||
		len(b.Content.Claims) != 16 || len(b.Content.Bands) != 2 {
		t.Errorf("edition %d of %s, form %d, with %d claims", b.Number, b.Fact, b.Format, len(b.Content.Claims))
	}
	canonical, err := Canonical(b)
	if err != nil || !bytes.Equal(canonical, body) {
		t.Errorf("does not come back as it was (%v)", err)
	}
	r, err := NewRecord(body, 0, Hash{})
	if err != nil {
		t.Fatal(err)
	}
	record, err := r.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(entriesOf(Entry{record, body})); err != nil {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	body, err := Seal(Content{Key: "ferry-line", Slug: "ferry-line"}, 1, noon, First, "a reason", salt)
	if err != nil {
		f.Fatal(err)
	}
	redacted, err := Redacted(Redaction{"2031-06-02T00:00:00Z", "a reason"})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{body, redacted, []byte(`{"format":2}`), []byte(`{"format":1,"redacted":null}`), nil} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		b, err := Read(body)
		if err != nil {
			if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrRedacted) {
				t.Fatalf("error %v is neither ErrFormat nor ErrRedacted", err)
			}
			return
		}
		canonical, err := Canonical(b)
		if errors.Is(err, ErrCanonical) {
			return
		}
		again, err := Read(canonical)
		if err != nil {
			t.Fatalf("what was read cannot be read again: %v", err)
		}
		if twice, err := Canonical(again); err != nil || !bytes.Equal(twice, canonical) {
			t.Fatalf("the canonical form is not stable: %v", err)
		}
	})
}
