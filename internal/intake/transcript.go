package intake

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/asticode/go-astisub"

	"counterclaim/internal/narrative"
)

// pause is how long nobody speaks before a new paragraph begins; longest, how long a paragraph of one speaker may grow,
// in bytes, before the next sentence begins another.
const (
	pause   = 3 * time.Second
	longest = 900
)

// maxCueLine is the longest line of a transcript, in bytes: what reads lines would stop at a longer one in silence.
const maxCueLine = 60_000

var (
	voiceTag = regexp.MustCompile(`<v(?:\.[^ \t>]*)?[ \t]`)
	keyword  = regexp.MustCompile(`^(NOTE |STYLE|Region: |X-TIMESTAMP-MAP)`)
	timing   = regexp.MustCompile(`^\s*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->\s*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}`)
	spoken   = regexp.MustCompile(`^(?:-\s*|>>+\s*)`)
)

// transcript reads WebVTT or SubRip. Cues of one speaker without a pause between them are a paragraph; each paragraph
// that a named speaker begins has the name in front, and each cue and each paragraph its mark.
func (d *drafter) transcript(r Received) error {
	s, err := decodeText(r)
	if err != nil {
		return err
	}
	cues, err := readCues(s)
	if err != nil {
		return err
	}
	d.Kind = narrative.Transcript
	var (
		paragraph strings.Builder
		marks     []lineMark
		speaker   string
		ended     time.Duration
	)
	flush := func() {
		if number := d.add(paragraph.String()); number > 0 {
			for _, m := range marks {
				m.line = number
				d.marks = append(d.marks, m)
			}
		}
		paragraph.Reset()
		marks = nil
	}
	for _, cue := range cues {
		start := cue.StartAt
		if start < ended-pause {
			d.note("The cue at %s is out of order.", timecode(start))
		}
		for i, l := range cue.Lines {
			text := strings.Join(strings.Fields(l.String()), " ")
			if strings.TrimFunc(text, isBlank) == "" {
				continue
			}
			turn := spoken.MatchString(text) || l.VoiceName != "" && l.VoiceName != speaker
			full := paragraph.Len() > longest && endsSentence(paragraph.String())
			if turn || full || i == 0 && start-ended > pause {
				flush()
			}
			if paragraph.Len() == 0 && l.VoiceName != "" {
				text = l.VoiceName + ": " + text
			}
			if paragraph.Len() > 0 {
				paragraph.WriteByte(' ')
			}
			if i == 0 || paragraph.Len() == 0 {
				marks = append(marks, lineMark{at: paragraph.Len(), Mark: Mark{Time: start, Label: timecode(start)}})
			}
			paragraph.WriteString(text)
			speaker = first(l.VoiceName, speaker)
		}
		ended = max(ended, cue.EndAt)
	}
	flush()
	if len(d.lines) == 0 {
		return fmt.Errorf("intake: %w: the transcript has no words", ErrEmpty)
	}
	return nil
}

// readCues asks the subtitles module. What it would drop in silence is guarded first: it takes words within a cue for
// settings of the file if they begin like one, and hears only the first of two voices in a line. An invisible space,
// which no text keeps, prevents the one, a line of its own the other.
func readCues(s string) (cues []*astisub.Item, err error) {
	vtt := strings.HasPrefix(strings.TrimSpace(s), "WEBVTT")
	var guarded strings.Builder
	within := false
	for i, text := range lineEnd.Split(s, -1) {
		if len(text) > maxCueLine {
			return nil, fmt.Errorf("intake: line %d: %w: longer than %d bytes", i+1, ErrMalformed, maxCueLine)
		}
		switch {
		case strings.Contains(text, "-->"):
			if !timing.MatchString(text) {
				return nil, fmt.Errorf("intake: line %d: %w: it is no time of a cue", i+1, ErrMalformed)
			}
			within = true
		case strings.TrimSpace(text) == "":
			within = false
		case within && vtt:
			if keyword.MatchString(strings.TrimSpace(text)) {
				text = "\u200B" + strings.TrimSpace(text)
			}
			if voices := voiceTag.FindAllStringIndex(text, -1); len(voices) > 1 {
				for j := len(voices) - 1; j > 0; j-- {
					text = text[:voices[j][0]] + "\n" + text[voices[j][0]:]
				}
			}
		}
		guarded.WriteString(text + "\n")
	}
	var read *astisub.Subtitles
	if vtt {
		read, err = astisub.ReadFromWebVTT(strings.NewReader(guarded.String()))
	} else {
		read, err = astisub.ReadFromSRT(strings.NewReader(guarded.String()))
	}
	if err != nil {
		return nil, fmt.Errorf("intake: %w: it cannot be read as a transcript with timecodes", ErrMalformed)
	}
	if len(read.Items) == 0 {
		return nil, fmt.Errorf("intake: %w: the transcript has no cues", ErrEmpty)
	}
	return read.Items, nil
}

// timecode writes a time of a recording: 00:12:04.
func timecode(t time.Duration) string {
	s := int(t / time.Second)
	return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
}

// endsSentence reports whether a text ends with a sentence.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, "\"'”’»)] \t")
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "…") ||
		strings.HasSuffix(s, "։") || strings.HasSuffix(s, "؟")
}
