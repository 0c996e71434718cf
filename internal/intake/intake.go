// Package intake is how articles come in: it fetches an address ([Client]), reads what was received, whatever its
// format, into a [Draft] that an editor confirms ([Read]), lists what a feed announces ([ReadFeed]), and says how much
// two texts have in common and whom a text credits ([Shingles], [Containment], [Credits]).
//
// What is not the article's is cut: dates that a database has glued on, headlines and captions that come twice, lines
// that are the site's own. Of each cut it is told what and why; inside a sentence nothing else is cut. What is in doubt
// is told in words and never settled by a guess. All that comes in is taken to be hostile: sizes, depth and time are
// bounded, and whatever cannot be read is an error.
//
// The package knows nothing of the database or of pages.
package intake

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"counterclaim/internal/passage"
)

// MaxSize is the size of the largest text that is taken, in bytes. Only a PDF may be larger: [MaxPDF].
const MaxSize = 4 << 20

// Errors of [Clean] and [Read], to be tested for with [errors.Is]. Their text may be shown to an editor.
var (
	// ErrTooLarge says that a text is larger than [MaxSize].
	ErrTooLarge = errors.New("too large for an article")
	// ErrEmpty says that nothing is left of a text.
	ErrEmpty = errors.New("there is no text in it")
	// ErrFormat says that the format of what was received is not known, or that its name, type and contents contradict
	// each other.
	ErrFormat = errors.New("not of a format that can be read")
	// ErrMalformed says that something is not what its format asks, or is more deeply nested than any article.
	ErrMalformed = errors.New("damaged or not well formed")
	// ErrBusy says that as much is being read as may be read at once. It can be sent again a little later.
	ErrBusy = errors.New("too much is being read just now; try again in half a minute")
)

// Hints say what is known of an article whose text is cleaned.
type Hints struct {
	Headline    string   // as the desk has it; "" if it is not known
	Boilerplate []string // beginnings of lines that are the site's own, not the article's
	Post        Posting  // of a post only, which says none of it itself
}

// A Reason says why something was cut.
type Reason string

// The reasons for a cut.
const (
	GluedDate   Reason = "a date glued in front"
	Boilerplate Reason = "the site's own line"
	Doubled     Reason = "a line that comes twice"
	Closing     Reason = "the site's own closing line"
	Outside     Reason = "outside the article's text"
	FrontMatter Reason = "settings in front of the text"
	RunningHead Reason = "a running head, foot or page number"
	BylineDate  Reason = "a line of who wrote it or when, which is in the form"
	Sections    Reason = "a line of the site's sections"
)

// A Cut is a piece that is not in the clean text.
type Cut struct {
	Line   int // of the text as received, from 1; in a page or a PDF, the paragraph
	Text   string
	Reason Reason
}

// String returns the cut as one line, the text shortened to about 60 characters.
func (c Cut) String() string {
	shown := []rune(c.Text)
	if len(shown) > 60 {
		shown = append(shown[:60], '…')
	}
	return fmt.Sprintf("line %d: %s: %q", c.Line, c.Reason, string(shown))
}

// A Cleaned is a text in canonical form, one block a paragraph, with what was cut from it, in order.
type Cleaned struct {
	Text passage.Text
	Cuts []Cut
}

// A line is a paragraph of a text as received.
type line struct {
	number int // from 1
	text   string
}

// Clean brings a text as it was received, UTF-8 with one paragraph a line, into a clean form.
//
// Cut are: a byte order mark; the word "date" with a day in front of the first sentence; lines that begin with one of
// the hints' boilerplate; lines in front of the body that repeat the headline or a line before them; short lines
// anywhere that repeat the headline; and at the end lines that only say whose the page is or where to subscribe. Of what
// comes twice the first is kept.
//
// The errors are [ErrTooLarge], [ErrEmpty], and [passage.ErrNotUTF8] and [passage.ErrNUL] with the offset of the byte.
func Clean(raw []byte, hints Hints) (Cleaned, error) {
	if len(raw) > MaxSize {
		return Cleaned{}, fmt.Errorf("intake: %w: %d bytes, more than %d", ErrTooLarge, len(raw), MaxSize)
	}
	if _, err := passage.NewText(string(raw)); err != nil {
		return Cleaned{}, fmt.Errorf("intake: %w", err)
	}
	c := cleaner{hints: hints}
	text, err := textOf(c.article(split(string(raw))))
	if err != nil {
		return Cleaned{}, err
	}
	return Cleaned{text, c.inOrder()}, nil
}

// textOf makes a text with one block a line.
func textOf(lines []line) (passage.Text, error) {
	if len(lines) == 0 {
		return passage.Text{}, fmt.Errorf("intake: %w", ErrEmpty)
	}
	paragraphs := make([]string, len(lines))
	for i, l := range lines {
		paragraphs[i] = l.text
	}
	text, err := passage.NewText(strings.Join(paragraphs, "\n\n"))
	if err != nil {
		return passage.Text{}, fmt.Errorf("intake: %w", err)
	}
	return text, nil
}

var lineEnd = regexp.MustCompile(`\r\n|[\n\r\x{0085}\x{2028}\x{2029}]`)

// split returns the lines that have something on them, without white space at their ends.
func split(raw string) []line {
	var lines []line
	for i, text := range lineEnd.Split(strings.TrimPrefix(raw, "\uFEFF"), -1) {
		if text = strings.TrimFunc(text, isBlank); text != "" {
			lines = append(lines, line{i + 1, text})
		}
	}
	return lines
}

// isBlank reports whether a character at the end of a line is nothing that anybody could see.
func isBlank(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// A cleaner cuts, and remembers what.
type cleaner struct {
	hints Hints
	cuts  []Cut
}

// article returns the lines that are an article's own.
func (c *cleaner) article(lines []line) []line {
	lines = c.undate(lines)
	lines = slices.DeleteFunc(lines, c.isBoilerplate)
	return c.unclose(c.once(lines))
}

func (c *cleaner) cut(l line, why Reason) {
	c.cuts = append(c.cuts, Cut{l.number, l.text, why})
}

// inOrder returns the cuts in the order of the text.
func (c *cleaner) inOrder() []Cut {
	slices.SortStableFunc(c.cuts, func(a, b Cut) int { return a.Line - b.Line })
	return c.cuts
}

// gluedDate is a day that a database puts in front of a text.
var gluedDate = regexp.MustCompile(`^(?i:date)[:=]?\s+\d{4}-\d{2}-\d{2}(T[0-9:.]+(Z|[+-]\d{2}:?\d{2})?)?\s+`)

// undate cuts a date off the first line.
func (c *cleaner) undate(lines []line) []line {
	if len(lines) == 0 {
		return lines
	}
	first := lines[0]
	glued := gluedDate.FindString(first.text + " ")
	if glued == "" {
		return lines
	}
	c.cut(line{first.number, strings.TrimSpace(glued)}, GluedDate)
	lines[0].text = strings.TrimSpace(strings.TrimPrefix(first.text+" ", glued))
	if lines[0].text == "" {
		return lines[1:]
	}
	return lines
}

// isBoilerplate reports whether a line begins with something of the site's own, as whole words, and notes that it is
// cut.
func (c *cleaner) isBoilerplate(l line) bool {
	for _, beginning := range c.hints.Boilerplate {
		beginning = likeness(beginning)
		if rest, ok := strings.CutPrefix(likeness(l.text), beginning); ok && beginning != "" && !beginsInWord(rest) {
			c.cut(l, Boilerplate)
			return true
		}
	}
	return false
}

// beginsInWord reports whether a word goes on at the beginning of s.
func beginsInWord(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// once keeps the first of lines that come twice. Whole sentences may come twice in a speech, so that beyond the headline
// only short lines without a full stop, as headlines and captions are, are cut.
func (c *cleaner) once(lines []line) []line {
	seen := map[string]bool{}
	headline := likeness(c.hints.Headline)
	return slices.DeleteFunc(lines, func(l line) bool {
		like := likeness(l.text)
		if seen[like] && (like == headline || isTitle(l.text)) {
			c.cut(l, Doubled)
			return true
		}
		seen[like] = true
		return false
	})
}

// longestTitle is the largest length of a headline or caption, in bytes.
const longestTitle = 200

// isTitle reports whether a line looks like a headline or caption: short, and no sentence.
func isTitle(s string) bool {
	return len(s) <= longestTitle && !strings.HasSuffix(strings.TrimRight(s, "\"'”’»)"), ".")
}

// closing are lines that stand below articles on many sites.
var closing = regexp.MustCompile(`(?i)^(©|\(c\) \d|copyright\b|all rights reserved\b|(please )?(contact us|subscribe|follow us|sign up|read (also|more)|see also|share this)\b)`)

// notice is what a site says of itself and its subscribers, in sentences.
var notice = regexp.MustCompile(`(?i)\b(web ?site|portal|page) (contains|shows|carries) only\b|\bcontact us for\b|\bsubscription options\b|\b(reproduction|republication|copying)\b.{0,80}\b(prohibited|permission)\b`)

// longestNotice is the largest length of a notice below an article, in bytes.
const longestNotice = 400

// unclose cuts the site's own lines off the end. What is cut is short: an article may well begin a paragraph with one of
// these words.
func (c *cleaner) unclose(lines []line) []line {
	for len(lines) > 0 {
		last := lines[len(lines)-1]
		if !(len(last.text) <= longestTitle && closing.MatchString(last.text) || len(last.text) <= longestNotice && notice.MatchString(last.text)) {
			break
		}
		c.cut(last, Closing)
		lines = lines[:len(lines)-1]
	}
	return lines
}

// likeness is a line without what does not tell two printings of it apart: case, white space, normal form.
func likeness(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFC.String(s)), " "))
}
