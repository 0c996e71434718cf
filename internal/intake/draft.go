package intake

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// A Draft is what was made of something received. An editor sees it beside the original, mends it and confirms it. What
// is not known is empty and never guessed; what was inferred says so.
type Draft struct {
	Format        Format
	Headline      string               // "" if there is none
	HeadlineBy    narrative.HeadlineBy // the desk's where the text gives none
	Outlet        string               // as printed; "" if it is not known
	URL           string               // http or https; "" if it is not known
	Byline        string               // as printed
	Language      string               // BCP 47; "" if it is not known
	LanguageBasis narrative.Basis      // given by the text, inferred from its words, or unknown
	Published     narrative.Date       // unknown, with the reason, if nothing tells
	Modified      narrative.Date       // zero if nothing tells, or if it is the same as published
	Kind          narrative.ArticleKind
	Credit        string // as printed: the agency or outlet that it says it reworks
	Rights        string // as printed: terms of use, who holds the copyright
	Text          passage.Text
	Lines         []int     // of each paragraph of the text the number, as cuts give it; nil if they do not fit together
	Marks         []Mark    // where pages or timecodes begin, in order
	Cuts          []Cut     // what was left out and why, in order
	Notes         []string  // doubts that an editor must look at, in sentences
	Embargo       time.Time // until when its sender wants it kept back; the zero time if nothing tells
	Held          Held
}

// Held says that the sender of something does not want it published, or none of that.
type Held string

// What senders say. The zero value says that nothing is said.
const (
	Withheld Held = "withheld" // not until the sender says so
	Canceled Held = "canceled" // not at all
)

// A Mark says that a page, or what is said at a time, begins at a place of the text.
type Mark struct {
	At    int           // code points from the beginning of the text
	Page  int           // from 1; 0 in a transcript
	Time  time.Duration // from the beginning of the recording
	Label string        // "page 3", "00:12:04"
}

// Read makes a draft of what was received. A [Received] without format is sniffed first.
//
// The errors are [ErrFormat], [ErrTooLarge], [ErrEmpty], [ErrMalformed], and [passage.ErrNotUTF8] and [passage.ErrNUL]
// with the offset of the byte; of a PDF also [ErrTimeout], after [MaxReading], and [ErrBusy], after [MaxWaiting]. It never panics.
func Read(r Received, hints Hints) (d Draft, err error) {
	defer func() {
		// Readers of others' formats are libraries, and a damaged file may make one of them panic.
		if cause := recover(); cause != nil {
			d, err = Draft{}, fmt.Errorf("intake: %w: it cannot be read as %s", ErrMalformed, r.Format)
		}
	}()
	if r.Format == "" {
		if r.Format, err = Sniff(r.Name, r.MediaType, r.Body); err != nil {
			return Draft{}, err
		}
	}
	if most := r.Format.size(); len(r.Body) > most {
		return Draft{}, fmt.Errorf("intake: %w: %d bytes, more than %d", ErrTooLarge, len(r.Body), most)
	}
	read, known := map[Format]func(*drafter, Received) error{
		Text: (*drafter).text, HTML: (*drafter).page, Markdown: (*drafter).markdown, Ninjs: (*drafter).ninjs, PDF: (*drafter).pdf,
		Transcript: (*drafter).transcript, Post: (*drafter).post,
	}[r.Format]
	if !known {
		return Draft{}, fmt.Errorf("intake: %w: there is no format %q", ErrFormat, r.Format)
	}
	dr := &drafter{
		cleaner: cleaner{hints: hints},
		Draft:   Draft{Format: r.Format, Kind: narrative.Report, HeadlineBy: narrative.ByDesk, URL: webAddress(r.URL)},
	}
	if err := read(dr, r); err != nil {
		return Draft{}, err
	}
	return dr.finish()
}

// A drafter makes a draft. The reader of a format fills in what the format tells, and the lines with their marks.
type drafter struct {
	cleaner
	Draft
	lines []line
	marks []lineMark
}

// A lineMark is a mark by line, as long as lines may still be cut.
type lineMark struct {
	line int // its number
	at   int // bytes from the beginning of the line
	Mark
}

// add appends a paragraph and returns the number of its line; 0 if there is nothing in it.
func (d *drafter) add(text string) int {
	if text = strings.TrimFunc(text, isBlank); text == "" {
		return 0
	}
	d.lines = append(d.lines, line{len(d.lines) + 1, lineEnd.ReplaceAllString(text, " ")})
	return len(d.lines)
}

// note adds a doubt, in a sentence.
func (d *drafter) note(format string, arguments ...any) {
	d.Notes = append(d.Notes, fmt.Sprintf(format, arguments...))
}

// text reads plain text, a paragraph a line.
func (d *drafter) text(r Received) error {
	s, err := decodeText(r)
	if err != nil {
		return err
	}
	d.lines = split(s)
	return nil
}

// finish cleans the lines, makes the text of them and says of the article what the text itself tells.
func (d *drafter) finish() (Draft, error) {
	if d.Format == Text || d.Format == Markdown || d.Format == HTML {
		d.around()
	}
	kept := d.lines
	if d.Format != Post && d.Format != Transcript { // where a line that comes twice was said twice
		if d.hints.Headline == "" {
			d.hints.Headline = d.Headline
		}
		kept = d.article(kept)
	}
	text, err := textOf(kept)
	if err != nil {
		return Draft{}, err
	}
	d.Text, d.Draft.Cuts = text, d.inOrder()
	if len(kept) == len(text.Blocks()) {
		for _, l := range kept {
			d.Lines = append(d.Lines, l.number)
		}
	}
	if d.Marks, err = place(d.marks, kept, text); err != nil {
		return Draft{}, err
	}
	for _, field := range []struct {
		name  string
		value *string
	}{{"headline", &d.Headline}, {"outlet", &d.Outlet}, {"byline", &d.Byline}, {"credit", &d.Credit}, {"rights", &d.Rights}} {
		if *field.value, err = d.fit(field.name, *field.value); err != nil {
			return Draft{}, err
		}
	}
	if d.Headline != "" && d.Format != Post {
		d.HeadlineBy = narrative.ByArticle
	}
	d.language()
	d.dates()
	if credits := Credits(d.Text.String()); d.Credit == "" && len(credits) > 0 {
		d.Credit = credits[0].Name
	}
	return d.Draft, nil
}

// fit brings a field into one line, cut to the length that a field may have, and says so.
func (d *drafter) fit(name, value string) (string, error) {
	text, err := passage.NewText(strings.Join(strings.Fields(value), " "))
	if err != nil {
		return "", fmt.Errorf("intake: %s: %w", name, err)
	}
	if text.Len() <= narrative.MaxLine {
		return text.String(), nil
	}
	d.note("The %s is longer than %d characters; its end is not in the form.", name, narrative.MaxLine)
	short, err := text.Slice(passage.Span{Start: 0, End: narrative.MaxLine})
	return strings.TrimSpace(short), err
}

// place finds where the marks are in the text that was made of the lines, a block each. A mark in a line that was cut
// goes to the beginning of the next one.
func place(marks []lineMark, lines []line, text passage.Text) ([]Mark, error) {
	blocks := text.Blocks()
	if len(marks) > 0 && len(blocks) != len(lines) {
		return nil, fmt.Errorf("intake: %w: %d paragraphs became %d", ErrMalformed, len(lines), len(blocks))
	}
	var placed []Mark
	next := 0
	for _, m := range marks {
		for next < len(lines) && lines[next].number < m.line {
			next++
		}
		if next == len(lines) {
			break
		}
		m.Mark.At = blocks[next].Start
		if l := lines[next]; l.number == m.line && m.at > 0 {
			before, err := passage.NewText(l.text[:min(m.at, len(l.text))])
			if err != nil {
				return nil, fmt.Errorf("intake: %w", err)
			}
			m.Mark.At = min(m.Mark.At+before.Len(), blocks[next].End)
			if c, _ := text.Slice(passage.Span{Start: m.Mark.At, End: min(m.Mark.At+1, blocks[next].End)}); c == " " {
				m.Mark.At++
			}
		}
		placed = append(placed, m.Mark)
	}
	return placed, nil
}

// clip shortens what is quoted in a message.
func clip(s string) string {
	const most = 80
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
