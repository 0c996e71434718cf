// Package card draws the picture of a contested fact that other sites show beside a link to it: the question, its
// positions in equal form, the edition and its date. It takes sentences and gives a PNG; it knows nothing of editions, of
// addresses or of HTTP.
package card

import (
	"bytes"
	"fmt"
	"image/png"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The size of every picture in pixels, the one that Open Graph readers ask for.
const (
	Width  = 1200
	Height = 630
)

// MostPositions is how many positions a picture shows at most. Of more it shows so many, and says how many there are
// beside them.
const MostPositions = 6

// A Card is what a picture shows. Every field but Site may be empty. Texts are one paragraph each: of a longer one than
// 320 characters the beginning is drawn, control characters and marks of direction are left out.
type Card struct {
	Site      string     // the site's name
	Question  string     // of the fact
	Aspect    string     // the part of the question that the positions answer, where they do not answer all of it
	Positions []Position // none or at least two: a picture never shows one side's words alone
	Further   string     // what the page has beside these positions: "and 2 more questions"
	Edition   string     // which edition, and of when
	Quiet     string     // what the site does not do, in the foot of the picture
	Fiction   string     // that all of it is invented, "" if it is not
}

// A Position is an answer with the mark that it has on the page.
type Position struct {
	Letter string
	Colour int // from 1, as in the style sheet; colours come round again after the sixth
	Label  string
}

// shown are the positions that the picture has room for. A single one is not shown.
func (c Card) shown() []Position {
	if len(c.Positions) < 2 {
		return nil
	}
	return c.Positions[:min(len(c.Positions), MostPositions)]
}

// rest says what is not shown.
func (c Card) rest() string {
	var parts []string
	if more := len(c.Positions) - len(c.shown()); more == 1 {
		parts = append(parts, "and 1 more position")
	} else if more > 1 {
		parts = append(parts, "and "+strconv.Itoa(more)+" more positions")
	}
	if c.Further != "" {
		parts = append(parts, c.Further)
	}
	return strings.Join(parts, ", ")
}

// Alt tells in words what the picture shows, all of it and in the same order, for those who do not see it.
func (c Card) Alt() string {
	var s strings.Builder
	say := func(text, end string) {
		if text = clean(text); text == "" {
			return
		}
		if s.Len() > 0 {
			s.WriteByte(' ')
		}
		s.WriteString(text)
		if last, _ := utf8.DecodeLastRuneInString(text); !strings.ContainsRune(".?!…؟։", last) {
			s.WriteString(end)
		}
	}
	say(c.Fiction, ".")
	say(c.Question, ".")
	say(c.Aspect, ":")
	for _, p := range c.shown() {
		say(p.Letter+": "+p.Label, ".")
	}
	rest := c.rest()
	if rest != "" {
		rest = strings.ToUpper(rest[:1]) + rest[1:]
	}
	say(rest, ".")
	say(c.Edition, ".")
	say(strings.TrimSpace(c.Site+": "+c.Quiet), ".")
	return s.String()
}

// PNG draws a card. Equal cards give equal bytes. Runes that no font has are drawn as boxes, see [Missing]; whatever the
// texts are, the work is bounded. It may be called by several goroutines. The error is that of the encoder.
func PNG(c Card) ([]byte, error) {
	t := typesetters.Get().(*typesetter)
	defer typesetters.Put(t)
	var buf bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.DefaultCompression, BufferPool: &encoderBuffers}
	if err := encoder.Encode(&buf, t.draw(t.layOut(c))); err != nil {
		return nil, fmt.Errorf("card: %w", err)
	}
	return buf.Bytes(), nil
}
