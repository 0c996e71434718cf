package intake

import (
	"bytes"
	"fmt"
	"mime"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"

	"counterclaim/internal/passage"
)

// decodeText brings a text or transcript into UTF-8: by its byte order mark, else by the charset of its media type, else
// it is UTF-8 already.
func decodeText(r Received) (string, error) {
	_, parameters, _ := mime.ParseMediaType(r.MediaType)
	label := parameters["charset"]
	switch {
	case bytes.HasPrefix(r.Body, []byte("\xFE\xFF")):
		label = "utf-16be"
	case bytes.HasPrefix(r.Body, []byte("\xFF\xFE")):
		label = "utf-16le"
	case bytes.HasPrefix(r.Body, []byte("\uFEFF")):
		label = "utf-8"
	}
	if label == "" {
		return decode(r.Body, encoding.Nop, "utf-8")
	}
	known, name := charset.Lookup(label)
	if known == nil {
		return "", fmt.Errorf("intake: %w: its charset %q is unknown", ErrFormat, clip(label))
	}
	return decode(r.Body, known, name)
}

// decodePage brings a web page into UTF-8 by its server's word, its byte order mark or its own. It says in a note where
// nothing of these tells, and the letters are a guess.
func decodePage(r Received) (page, note string, err error) {
	known, name, certain := charset.DetermineEncoding(r.Body, r.MediaType)
	switch {
	case certain:
	case utf8.Valid(r.Body):
		known, name = encoding.Nop, "utf-8"
	case !bytes.Contains(r.Body[:min(len(r.Body), 1024)], []byte("charset")):
		note = "The page does not name its charset; it was read as " + name + ". Compare the letters with the original."
	}
	page, err = decode(r.Body, known, name)
	return page, note, err
}

// decode brings bytes into UTF-8. Broken UTF-8 is an error and never replaced, since that would alter words.
func decode(body []byte, from encoding.Encoding, name string) (string, error) {
	if name != "utf-8" {
		decoded, err := from.NewDecoder().Bytes(body)
		if err != nil {
			return "", fmt.Errorf("intake: %w: not well formed in its charset %s", ErrMalformed, name)
		}
		body = decoded
	}
	body = bytes.TrimPrefix(body, []byte("\uFEFF"))
	if at := bytes.IndexByte(body, 0); at >= 0 {
		return "", fmt.Errorf("intake: byte %d: %w", at, passage.ErrNUL)
	}
	for at := 0; at < len(body); {
		r, size := utf8.DecodeRune(body[at:])
		if r == utf8.RuneError && size == 1 {
			return "", fmt.Errorf("intake: byte %d: %w", at, passage.ErrNotUTF8)
		}
		at += size
	}
	return string(body), nil
}
