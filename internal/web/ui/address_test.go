package ui

import (
	"strings"
	"testing"

	"counterclaim/internal/edition"
)

func TestTextFragment(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 80) + "end"
	tests := []struct {
		name, address string
		segments      []string
		want          string
	}{
		{"plain words", "https://a.example/b", []string{"carts passed"}, "https://a.example/b#:~:text=carts%20passed"},
		{"the directive's own characters", "https://a.example/b", []string{"a well-known figure, 22 & more"}, "https://a.example/b#:~:text=a%20well%2Dknown%20figure%2C%2022%20%26%20more"},
		{"a percent sign and a plus", "https://a.example/b", []string{"86.6% + x"}, "https://a.example/b#:~:text=86.6%25%20%2B%20x"},
		{"from right to left", "https://a.example/b", []string{"مغلق"}, "https://a.example/b#:~:text=%D9%85%D8%BA%D9%84%D9%82"},
		{"several segments", "https://a.example/b", []string{"one", "two"}, "https://a.example/b#:~:text=one&text=two"},
		{"white space is folded", "https://a.example/b", []string{" one\n two "}, "https://a.example/b#:~:text=one%20two"},
		{"a fragment of its own is kept", "https://a.example/b#top", []string{"one"}, "https://a.example/b#top:~:text=one"},
		{"a query is kept", "https://a.example/b?x=1&y=2", []string{"one"}, "https://a.example/b?x=1&y=2#:~:text=one"},
		{"from 300 characters on, its ends", "https://a.example/b", []string{long}, "https://a.example/b#:~:text=word%20word%20word%20word%20word,word%20word%20word%20word%20end"},
		{"no words", "https://a.example/b", nil, "https://a.example/b"},
		{"no address", "", []string{"one"}, ""},
		{"a relative address", "/b", []string{"one"}, ""},
		{"another scheme", "javascript:alert(1)", []string{"one"}, ""},
		{"no host", "https:///b", []string{"one"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := TextFragment(tt.address, tt.segments); got != tt.want {
				t.Errorf("TextFragment(%q, %q) = %q, want %q", tt.address, tt.segments, got, tt.want)
			}
		})
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind edition.RunKind
		want string
	}{
		{edition.RunSource, "/sources/x"},
		{edition.RunParty, "/parties/x"},
		{edition.RunOutlet, "/outlets/x"},
		{edition.RunArticle, "/articles/x"},
		{edition.RunEvent, "/events/x"},
		{edition.RunClaim, "/claims/x"},
		{edition.RunFact, "/facts/x"},
		{edition.RunPlace, ""},
		{edition.RunSaid, ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := Path(tt.kind, "x"); got != tt.want {
			t.Errorf("Path(%q) = %q, want %q", tt.kind, got, tt.want)
		}
		if got := Path(tt.kind, ""); got != "" {
			t.Errorf("Path(%q) of nothing = %q, want none", tt.kind, got)
		}
	}
}

func TestAfter(t *testing.T) {
	t.Parallel()
	if got, want := After("/facts", "2023-01-01~a&b"), "/facts?after=2023-01-01~a%26b"; got != want {
		t.Errorf("After = %q, want %q", got, want)
	}
	if got := After("/facts", ""); got != "" {
		t.Errorf("After the end = %q, want none", got)
	}
}

func TestPositionClass(t *testing.T) {
	t.Parallel()
	for colour, want := range map[int]string{-1: "p0", 0: "p0", 1: "p1", 6: "p6", 7: "p1", 13: "p1"} {
		if got := position(colour); got != want {
			t.Errorf("position(%d) = %q, want %q", colour, got, want)
		}
	}
}
