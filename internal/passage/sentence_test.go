package passage

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSentence(t *testing.T) {
	t.Parallel()
	// In each text the words are marked with ⟨ and ⟩, the sentence with [ and ].
	for _, text := range []string{
		"[The ⟨bridge⟩ is shut.] It was open.",
		"It was open. [The bridge is ⟨shut.⟩]",
		"[⟨One⟩]",
		"First. [The ⟨gate⟩ opened on Dec. 12, 2031, after rain.] Last.",
		"[It opened on Dec. 12, after ⟨rain⟩.] Last.",
		"First. [The ⟨U.S. Assistant⟩ Harbour Master spoke.] He left.",
		"[He ⟨lives⟩ in the U.S.] The harbour is far.",
		"He lives in the U.S. [The ⟨harbour⟩ is far.]",
		"First. [Mr. Pilot ⟨met⟩ Dr. Anchor and J. R. Keel.] He left.",
		"[It is No. ⟨5⟩.] Six.",
		"He said no. [Six came ⟨late⟩.]",
		"[Keel Inc. Harbour ⟨Division⟩ said so.] It did.",
		"[He works for ⟨Keel Inc.⟩] The firm is old.",
		"“The gate must open now. [Others can open too, but the gate must be ⟨open⟩,” the pilot said.] He left.",
		"[“Is it ⟨open⟩?” he asked.] Nobody knew.",
		"First. [It ⟨rose 3.5 percent⟩.] Last.",
		"Բարև։ [Դարպասը ⟨փակ⟩ է։] Վերջ։",
		"سلام. [هل البوابة ⟨مغلقة⟩؟] نعم.",
		"[It ⟨rose⟩ by 3.5.] Others fell.",
		"[It meets at 10 ⟨a.m.⟩ Moscow time.] Others come.",
		"[One ⟨here. Two there⟩ stands.] Three.",
		"[First we ⟨waited⟩ … then we left.] Last.",
		"[So ⟨did⟩ I.] He left.",
	} {
		plain := strings.NewReplacer("⟨", "", "⟩", "", "[", "", "]", "")
		inside := func(open, end string) string {
			_, rest, _ := strings.Cut(text, open)
			s, _, _ := strings.Cut(rest, end)
			return plain.Replace(s)
		}
		before, _, _ := strings.Cut(text, "⟨")
		start := len([]rune(plain.Replace(before)))
		words := inside("⟨", "⟩")

		capture := mustText(t, "Sentence before\n\n"+plain.Replace(text)+"\n\nand after.")
		start += len("Sentence before\n\n")
		m := Match{{start, start + len([]rune(words))}}
		s, ok := Sentence(capture, m)
		got, err := capture.Slice(s)
		if want := inside("[", "]"); !ok || err != nil || got != want {
			t.Errorf("%s: got %q, %v, %v", text, got, ok, err)
		}
	}
	if _, ok := Sentence(mustText(t, "One."), Match{{2, 9}}); ok {
		t.Error("a sentence for no match")
	}
}

func TestSentenceOfSegments(t *testing.T) {
	t.Parallel()
	text := mustText(t, "One is. Two are. Three stay. Four go.")
	s, ok := Sentence(text, Match{{8, 11}, {17, 22}})
	if got, err := text.Slice(s); !ok || err != nil || got != "Two are. Three stay." {
		t.Errorf("got %q, %v, %v", got, ok, err)
	}
}

func TestSentenceProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Filter(func(text Text) bool { return text.Len() > 0 }).Draw(t, "text")
		m := anyMatch(t, text)
		s, ok := Sentence(text, m)
		if !ok {
			t.Fatalf("no sentence for %v", m)
		}
		words := m.extent()
		if s.Start > words.Start || s.End < words.End {
			t.Fatalf("sentence %v does not hold %v", s, m)
		}
		if _, ok := text.BlockOf(s); !ok {
			t.Fatalf("sentence %v is not in one block", s)
		}
		if text.isSpace(s.Start) || text.isSpace(s.End-1) {
			t.Fatalf("sentence %v of %q has white space at its ends", s, text)
		}
	})
}
