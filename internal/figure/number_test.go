package figure

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseNumber(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want, grouped string }{
		{"0", "0", "0"},
		{"-0", "0", "0"},
		{"000.000", "0", "0"},
		{"86600", "86600", "86,600"},
		{"0086600.50", "86600.5", "86,600.5"},
		{"0.5", "0.5", "0.5"},
		{"-1234567.25", "-1234567.25", "-1,234,567.25"},
		{"100", "100", "100"},
		{strings.Repeat("9", 30), strings.Repeat("9", 30), "999" + strings.Repeat(",999", 9)},
	} {
		n, err := ParseNumber(c.in)
		if err != nil {
			t.Errorf("ParseNumber(%q): %v", c.in, err)
			continue
		}
		if n.String() != c.want || n.Grouped() != c.grouped {
			t.Errorf("ParseNumber(%q) = %s, %s; want %s, %s", c.in, n, n.Grouped(), c.want, c.grouped)
		}
	}
	for _, bad := range []string{
		"", "-", ".", ".5", "5.", "+5", "1e5", "1,200", " 5", "5 ", "½", "٣", "0x5", "NaN", "Infinity", "--5",
		strings.Repeat("9", 31), "1." + strings.Repeat("1", 30),
	} {
		if n, err := ParseNumber(bad); !errors.Is(err, ErrNumber) {
			t.Errorf("ParseNumber(%q) = %s, %v; want ErrNumber", bad, n, err)
		}
	}
}

func TestNumberJSON(t *testing.T) {
	t.Parallel()
	type record struct {
		A Number
		B *Number
	}
	in := record{A: Whole(86600)}
	data, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(data), `{"A":"86600","B":null}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var out record
	if err := json.Unmarshal([]byte(`{"A":"86600","B":"0.5"}`), &out); err != nil {
		t.Fatal(err)
	}
	if out.A != in.A || out.B == nil || out.B.String() != "0.5" {
		t.Errorf("got %v, want 86600 and 0.5", out)
	}
	for _, bad := range []string{`{"A":86600}`, `{"A":"1e5"}`, `{"A":true}`, `{"A":{}}`} {
		if err := json.Unmarshal([]byte(bad), &out); !errors.Is(err, ErrNumber) {
			t.Errorf("%s: error = %v, want ErrNumber", bad, err)
		}
	}
	var text Number
	if err := text.UnmarshalText([]byte("12")); err != nil || text != Whole(12) {
		t.Errorf("UnmarshalText = %s, %v; want 12", text, err)
	}
	if b, err := text.MarshalText(); err != nil || string(b) != "12" {
		t.Errorf("MarshalText = %s, %v; want 12", b, err)
	}
}

func TestNumberArithmetic(t *testing.T) {
	t.Parallel()
	if got, err := (Number{"0.1"}).Add(Number{"0.2"}); err != nil || got != (Number{"0.3"}) {
		t.Errorf("0.1 + 0.2 = %s, %v; want 0.3", got, err)
	}
	if got, err := (Number{"99.5"}).Add(Number{"0.5"}); err != nil || got != Whole(100) {
		t.Errorf("99.5 + 0.5 = %s, %v; want 100", got, err)
	}
	if _, err := (Number{strings.Repeat("9", 30)}).Add(Whole(1)); !errors.Is(err, ErrNumber) {
		t.Errorf("error = %v, want ErrNumber", err)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64Range(-1e15, 1e15).Draw(t, "a"), rapid.Int64Range(-1e15, 1e15).Draw(t, "b")
		sum, err := Whole(a).Add(Whole(b))
		if err != nil || sum != Whole(a+b) {
			t.Errorf("%d + %d = %s, %v", a, b, sum, err)
		}
		want := 0
		if a < b {
			want = -1
		} else if a > b {
			want = 1
		}
		if got := Whole(a).Cmp(Whole(b)); got != want {
			t.Errorf("%d against %d = %d", a, b, got)
		}
		if Whole(a).Equal(Whole(b)) != (a == b) {
			t.Errorf("Equal of %d and %d is wrong", a, b)
		}
	})
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"0", "86600", "-0.50", "1e5", "007", strings.Repeat("9", 31), "0." + strings.Repeat("0", 40) + "1", "-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseNumber(s)
		if err != nil {
			if !errors.Is(err, ErrNumber) {
				t.Fatal(err)
			}
			return
		}
		back, err := ParseNumber(n.String())
		if err != nil || back != n {
			t.Fatalf("%s reads back as %s, %v", n, back, err)
		}
		data, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		var decoded Number
		if err := json.Unmarshal(data, &decoded); err != nil || decoded != n {
			t.Fatalf("%s decodes to %s, %v", data, decoded, err)
		}
		if n.Cmp(back) != 0 {
			t.Fatalf("%s is not itself", n)
		}
	})
}
