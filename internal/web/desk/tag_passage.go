package desk

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/passage"
	"counterclaim/internal/web/form"
)

// readPassage finds out which passage was chosen: a place chosen from a list, the segments that were selected, or the
// quotation that was typed. What was sent is never trusted: the words must stand at their place in the text.
func (f *tagForm) readPassage() {
	if place := f.Values.Get(fieldPlace); place != "" {
		f.match, _ = parsePlace(place)
		if f.words, _ = f.tagging.Text.Words(f.match); f.words == nil {
			f.match = nil
			f.problem(fieldQuotation, "the place that was chosen is none of the text; choose the passage again")
		}
		return
	}
	rows := form.Rows(f.Values, fieldPassage)
	if len(rows) == 0 {
		f.find()
		return
	}
	if f.Values.Get(fieldCapture) != strconv.FormatInt(f.tagging.Capture, 10) {
		f.problem(fieldQuotation, "the passage was chosen in another text than the one that the article is tagged in now; choose it again")
		f.keepAsQuotation(rows)
		return
	}
	var m passage.Match
	var words []string
	for _, i := range rows {
		start, err1 := strconv.Atoi(f.Values.Get(row(fieldPassage, i, "start")))
		end, err2 := strconv.Atoi(f.Values.Get(row(fieldPassage, i, "end")))
		if err1 != nil || err2 != nil {
			start, end = -1, -1
		}
		m = append(m, passage.Span{Start: start, End: end})
		words = append(words, f.Values.Get(row(fieldPassage, i, "words")))
	}
	if len(m) > passage.MaxSegments {
		f.problem(fieldQuotation, "a passage of %d pieces; expected at most %d", len(m), passage.MaxSegments)
		f.keepAsQuotation(rows)
		return
	}
	for i, s := range m {
		if stand, err := f.tagging.Text.Slice(s); err != nil || stand != words[i] {
			f.problem(fieldQuotation, "the words do not stand where the browser says that they do; choose the passage again")
			f.keepAsQuotation(rows)
			return
		}
	}
	f.take(m)
}

// keepAsQuotation keeps the words of a passage that cannot be used where they can be looked for.
func (f *tagForm) keepAsQuotation(rows []int) {
	if f.Values.Get(fieldQuotation) != "" {
		return
	}
	var words []string
	for _, i := range rows {
		words = append(words, f.Values.Get(row(fieldPassage, i, "words")))
	}
	f.Values.Set(fieldQuotation, strings.Join(words, " … "))
}

// take makes whole words of the spans and takes them as the passage: in order, those that touch each other as one.
func (f *tagForm) take(m passage.Match) {
	t := f.tagging.Text
	spans := slices.Clone(m)
	for i, s := range spans {
		if spans[i] = passage.SnapToWords(t, s); spans[i].Len() == 0 {
			f.problem(fieldQuotation, "there are no words in what was selected")
			return
		}
	}
	slices.SortFunc(spans, func(a, b passage.Span) int { return cmp.Compare(a.Start, b.Start) })
	var joined passage.Match
	for _, s := range spans {
		if n := len(joined) - 1; n >= 0 && s.Start <= joined[n].End {
			joined[n].End = max(joined[n].End, s.End)
			continue
		}
		joined = append(joined, s)
	}
	words, err := t.Words(joined)
	if err != nil {
		f.problem(fieldQuotation, "a passage lies inside one paragraph; what was selected reaches over the end of one")
		return
	}
	f.match, f.words = joined, words
	if err := (passage.Quote{Segments: words}).Validate(); err != nil {
		f.problem(fieldQuotation, "the passage cannot be taken: %v", err)
	}
}

// find looks for the quotation that was typed. An ellipsis parts its segments.
func (f *tagForm) find() {
	typed := strings.TrimSpace(f.Values.Get(fieldQuotation))
	if typed == "" {
		return
	}
	quotes := []passage.Quote{{Segments: []string{typed}}}
	if parts := strings.Split(strings.NewReplacer("[...]", "…", "[…]", "…", "...", "…").Replace(typed), "…"); len(parts) > 1 {
		quotes = append(quotes, passage.Quote{Segments: parts})
	}
	for _, q := range quotes {
		if err := q.Validate(); err != nil {
			if len(f.Problems) == 0 {
				f.problem(fieldQuotation, "%v", err)
			}
			continue
		}
		found := passage.Find(f.tagging.Text, q)
		found = slices.DeleteFunc(found, func(m passage.Match) bool {
			return slices.ContainsFunc(m, func(s passage.Span) bool { return passage.SnapToWords(f.tagging.Text, s) != s })
		})
		if len(found) == 0 {
			continue
		}
		f.Problems = nil
		if len(found) > 1 {
			f.places = found[:min(len(found), mostPlaces)]
			f.problem(fieldQuotation, "stands in %d places of the text; choose one of them", len(found))
			return
		}
		f.take(found[0])
		return
	}
	if len(f.Problems) > 0 {
		return
	}
	f.places, f.nearest = passage.Nearest(f.tagging.Text, typed), true
	if len(f.places) == 0 {
		f.problem(fieldQuotation, "not found in the text, nor anything like it")
		return
	}
	f.problem(fieldQuotation, "not found in the text as it was typed; choose one of the nearest passages")
}

// mostPlaces is how many places of a quotation are offered.
const mostPlaces = 20

// placeValue is the value by which a place is chosen.
func placeValue(m passage.Match) string {
	spans := make([]string, len(m))
	for i, s := range m {
		spans[i] = fmt.Sprintf("%d-%d", s.Start, s.End)
	}
	return strings.Join(spans, ",")
}

func parsePlace(value string) (passage.Match, bool) {
	var m passage.Match
	for part := range strings.SplitSeq(value, ",") {
		from, until, _ := strings.Cut(part, "-")
		start, err1 := strconv.Atoi(from)
		end, err2 := strconv.Atoi(until)
		if err1 != nil || err2 != nil || len(m) == passage.MaxSegments {
			return nil, false
		}
		m = append(m, passage.Span{Start: start, End: end})
	}
	return m, true
}

// edges is what a button that moves an edge of the passage says: which segment, which edge, by what, and which way.
var edges = regexp.MustCompile(`^edge ([0-2]) (start|end) (word|sentence) (out|in)$`)

// moveEdge does what such a button asks for, and reports whether it asks for that. An edge that cannot be moved stays.
func (f *tagForm) moveEdge(button string) bool {
	if button == "" || len(f.match) == 0 {
		return false
	}
	if n, ok := strings.CutPrefix(button, "drop "); ok {
		if i, err := strconv.Atoi(n); err == nil && i >= 0 && i < len(f.match) {
			f.match = slices.Delete(slices.Clone(f.match), i, i+1)
			f.words, _ = f.tagging.Text.Words(f.match)
		}
		return true
	}
	parts := edges.FindStringSubmatch(button)
	if parts == nil {
		return false
	}
	i, _ := strconv.Atoi(parts[1])
	if i >= len(f.match) {
		return true
	}
	moved := slices.Clone(f.match)
	moved[i] = stepEdge(f.tagging.Text, moved[i], parts[2] == "start", parts[3] == "sentence", parts[4] == "out")
	if moved[i] == f.match[i] {
		f.still = whyStill(parts[2] == "start", parts[3] == "sentence", parts[4] == "out")
	}
	if moved[i].Len() > 0 {
		f.Problems = nil
		f.take(moved)
	}
	return true
}

// whyStill says why an edge of the passage stays where it is.
func whyStill(start, sentence, out bool) string {
	switch {
	case start && out:
		return "The passage begins where its paragraph begins, so it stays as it is."
	case out:
		return "The passage ends where its paragraph ends, so it stays as it is."
	case sentence:
		return "The passage holds no further sentence at this end, so it stays as it is."
	}
	return "The passage is one word, so it stays as it is."
}

// stepEdge moves an edge of a span by a word or a sentence, inside its paragraph. White space is never at an edge.
func stepEdge(t passage.Text, s passage.Span, start, sentence, out bool) passage.Span {
	n, ok := t.BlockOf(s)
	if !ok {
		return s
	}
	block := t.Blocks()[n]
	at := func(p int) passage.Span { return passage.SnapToWords(t, passage.Span{Start: p, End: p + 1}) }
	blank := func(p int) bool { c, err := t.Slice(passage.Span{Start: p, End: p + 1}); return err == nil && c == " " }
	whole := func(unit passage.Span) passage.Span {
		if whole, ok := passage.Sentence(t, passage.Match{unit}); sentence && ok {
			return whole
		}
		return unit
	}
	switch {
	case start && out:
		p := s.Start - 1
		for p >= block.Start && blank(p) {
			p--
		}
		if p >= block.Start {
			s.Start = whole(at(p)).Start
		}
	case start:
		p := min(whole(at(s.Start)).End, s.End)
		for p < s.End && blank(p) {
			p++
		}
		if p < s.End {
			s.Start = p
		}
	case out:
		p := s.End
		for p < block.End && blank(p) {
			p++
		}
		if p < block.End {
			s.End = whole(at(p)).End
		}
	default:
		p := max(whole(at(s.End-1)).Start, s.Start)
		for p > s.Start && blank(p-1) {
			p--
		}
		if p > s.Start {
			s.End = p
		}
	}
	return s
}
