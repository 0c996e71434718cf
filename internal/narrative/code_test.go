package narrative_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"counterclaim/internal/narrative"
)

const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// genCode makes a code from a generator's choices, so that failures can be shrunk and repeated.
func genCode() *rapid.Generator[narrative.Code] {
	return rapid.Custom(func(t *rapid.T) narrative.Code {
		for {
			s := rapid.StringOfN(rapid.RuneFrom([]rune(symbols)), 6, 6, -1).Draw(t, "symbols")
			for _, check := range symbols {
				if code, err := narrative.ParseCode(s + string(check)); err == nil {
					return code
				}
			}
		}
	})
}

func TestNewCode(t *testing.T) {
	t.Parallel()
	for range 1000 {
		if c := narrative.NewCode(); !c.Valid() {
			t.Fatalf("NewCode() = %q, which is not valid", c)
		}
	}
}

func TestParseCode(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]narrative.Code{
		"Y0J-B528": "Y0J-B528", "y0jb528": "Y0J-B528", "yoj-b528": "Y0J-B528", "-y0-jb5-28": "Y0J-B528",
		"lfw-hqf4": "1FW-HQF4", "": "", "Y0J-B529": "", "Y0J-B52": "", "Y0J-B5288": "", "U0J-B528": "", "Y0J-B52é": "",
	} {
		got, err := narrative.ParseCode(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ParseCode(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestCodeRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		code := genCode().Draw(t, "code")
		if !code.Valid() {
			t.Fatalf("%q is not valid", code)
		}
		spoken := strings.NewReplacer("-", "", "0", "o", "1", "l").Replace(strings.ToLower(string(code)))
		if got, err := narrative.ParseCode(spoken); err != nil || got != code {
			t.Fatalf("ParseCode(%q) = %q, %v, want %q", spoken, got, err, code)
		}
	})
}

// TestCodeMistyped: a wrong symbol and two neighbours swapped are always noticed.
func TestCodeMistyped(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		right := []byte(strings.ReplaceAll(string(genCode().Draw(t, "code")), "-", ""))
		at := rapid.IntRange(0, len(right)-1).Draw(t, "at")
		wrong := append([]byte(nil), right...)
		wrong[at] = symbols[rapid.IntRange(0, len(symbols)-1).Draw(t, "symbol")]
		if _, err := narrative.ParseCode(string(wrong)); err == nil && wrong[at] != right[at] {
			t.Fatalf("%s passes for %s", wrong, right)
		}
		if at == len(right)-1 {
			return
		}
		swapped := append([]byte(nil), right...)
		swapped[at], swapped[at+1] = swapped[at+1], swapped[at]
		if _, err := narrative.ParseCode(string(swapped)); err == nil && swapped[at] != swapped[at+1] {
			t.Fatalf("%s passes for %s", swapped, right)
		}
	})
}

func TestSlugValid(t *testing.T) {
	t.Parallel()
	for slug, want := range map[narrative.Slug]bool{
		"lachin": true, "a1": true, "1991-to-2020": true, "a": false, "": false, "-a": false, "a-": false, "a--b": false,
		"Ab": false, "a b": false, "ä-b": false, narrative.Slug(strings.Repeat("a", 80)): true, narrative.Slug(strings.Repeat("a", 81)): false,
	} {
		if got := slug.Valid(); got != want {
			t.Errorf("Slug(%q).Valid() = %v, want %v", slug, got, want)
		}
	}
}
