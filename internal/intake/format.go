package intake

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A Format says how what was received is to be read.
type Format string

// The formats.
const (
	Text       Format = "text"       // plain, a paragraph a line
	HTML       Format = "html"       // a web page
	Markdown   Format = "markdown"   // CommonMark
	Ninjs      Format = "ninjs"      // news in JSON, of IPTC
	PDF        Format = "pdf"        // with its text, page by page
	Transcript Format = "transcript" // WebVTT or SubRip, of audio or video
	Post       Format = "post"       // plain text of a post; never sniffed, since nothing tells it from a text
)

// The sizes of the largest files that are taken, in bytes; all others are bounded by [MaxSize].
const (
	MaxPDF      = 20 << 20
	MaxMarkdown = 1 << 20
)

// size returns the bound for a format, in bytes.
func (f Format) size() int {
	switch f {
	case PDF:
		return MaxPDF
	case Markdown:
		return MaxMarkdown
	}
	return MaxSize
}

// Received is something as it came in, unaltered.
type Received struct {
	Format    Format // "" is found out by [Read]
	Body      []byte
	Name      string // of the file, without its folder; "" if there is none
	URL       string // where it is from; "" if that is not known
	MediaType string // as its server or the browser says, with parameters; "" if nobody does
	At        time.Time
}

// IsPDF reports whether it will be read as a PDF, if it can be read at all, which takes more of the machine than all else.
func (r Received) IsPDF() bool { return r.Format == PDF || r.Format == "" && magic(r.Body) == PDF }

// endings says which formats a file's name may mean.
var endings = map[string]Format{
	".txt": Text, ".text": Text, ".html": HTML, ".htm": HTML, ".xhtml": HTML, ".md": Markdown, ".markdown": Markdown,
	".json": Ninjs, ".ninjs": Ninjs, ".pdf": PDF, ".vtt": Transcript, ".srt": Transcript,
}

// mediaTypes says which formats a media type means. Plain text is not here: servers send Markdown and transcripts as it.
var mediaTypes = map[string]Format{
	"text/html": HTML, "application/xhtml+xml": HTML, "text/markdown": Markdown, "text/x-markdown": Markdown,
	"application/json": Ninjs, "application/pdf": PDF, "application/x-pdf": PDF, "text/vtt": Transcript,
	"application/x-subrip": Transcript, "text/srt": Transcript,
}

var (
	pageStart = regexp.MustCompile(`(?i)^\s*(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*)*<(!doctype html|html[\s>])`)
	cueStart  = regexp.MustCompile(`^\s*(WEBVTT([ \t\r\n]|$)|\d+\s*\r?\n\d{1,2}:\d\d:\d\d[,.]\d{1,3} *--> )`)
)

// magic returns the format that the bytes themselves show beyond doubt, "" if they show none.
func magic(body []byte) Format {
	head := bytes.TrimPrefix(body[:min(len(body), 1024)], []byte("\uFEFF"))
	switch {
	case bytes.Contains(head, []byte("%PDF-")) && !pageStart.Match(head):
		return PDF
	case pageStart.Match(head):
		return HTML
	case cueStart.Match(head):
		return Transcript
	}
	return ""
}

// Sniff finds out the format from the ending of a file's name, the media type and the bytes; either of the first two may
// be "". It never says [Post]. What none of them tells, or what they contradict each other in, is [ErrFormat], with
// words that say what.
func Sniff(name, mediaType string, body []byte) (Format, error) {
	ending := strings.ToLower(path.Ext(name))
	named := endings[ending]
	if ending == "" || len(ending) > 10 || strings.ContainsAny(ending, " /\\") {
		ending = ""
	}
	kind, _, err := mime.ParseMediaType(mediaType)
	if err != nil {
		kind = ""
	}
	typed := mediaTypes[kind]
	if strings.HasSuffix(kind, "+json") {
		typed = Ninjs
	}
	shown := magic(body)
	found := slices.DeleteFunc([]Format{shown, typed, named}, func(f Format) bool { return f == "" })
	switch {
	case shown == "" && isBinary(body):
		return "", fmt.Errorf("intake: %w: it is %s; a text, a web page or a PDF is needed", ErrFormat, http.DetectContentType(body))
	case len(slices.Compact(slices.Clone(found))) > 1:
		return "", fmt.Errorf("intake: %w: %s", ErrFormat, contradiction(ending, named, kind, typed, shown))
	case shown == "" && (named == PDF || typed == PDF):
		return "", fmt.Errorf("intake: %w: it should be a PDF, but does not begin as one", ErrFormat)
	case len(found) > 0 && found[0] == Ninjs && !beginsObject(body):
		return "", fmt.Errorf("intake: %w: it should be JSON, but does not begin with a brace", ErrFormat)
	case len(found) > 0 && kind == "text/plain" && found[0] == PDF:
		return "", fmt.Errorf("intake: %w: it is a PDF, but was sent as plain text", ErrFormat)
	case len(found) > 0:
		return found[0], nil
	case kind == "text/plain":
		return Text, nil
	case ending == "" && (kind == "" || kind == "application/octet-stream"):
		if beginsObject(body) {
			return Ninjs, nil
		}
		return Text, nil
	case ending != "" && kind != "" && kind != "application/octet-stream":
		return "", fmt.Errorf("intake: %w: nothing reads files that end in %q or are sent as %q", ErrFormat, ending, kind)
	case ending != "":
		return "", fmt.Errorf("intake: %w: nothing reads files that end in %q", ErrFormat, ending)
	}
	return "", fmt.Errorf("intake: %w: nothing reads what is sent as %q", ErrFormat, kind)
}

// contradiction says which of the three signs say what.
func contradiction(ending string, named Format, kind string, typed, shown Format) string {
	var says []string
	if named != "" {
		says = append(says, fmt.Sprintf("its name ends in %s (%s)", ending, named))
	}
	if typed != "" {
		says = append(says, fmt.Sprintf("it was sent as %s (%s)", kind, typed))
	}
	if shown != "" {
		says = append(says, fmt.Sprintf("its contents are %s", shown))
	}
	return strings.Join(says, ", but ")
}

// isBinary reports whether the bytes are those of a file that holds no text to read: a picture, an archive, a word
// processor's file. A text in UTF-16 is none.
func isBinary(body []byte) bool {
	kind := http.DetectContentType(body)
	if strings.HasPrefix(kind, "text/") {
		return bytes.HasPrefix(body, []byte(`{\rtf`))
	}
	return kind != "application/octet-stream" || bytes.IndexByte(body[:min(len(body), 512)], 0) >= 0
}

// beginsObject reports whether the first character is a brace.
func beginsObject(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(body, []byte("\uFEFF")), " \t\r\n"), []byte("{"))
}
