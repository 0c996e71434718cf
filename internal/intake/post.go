package intake

import (
	"fmt"
	"time"

	"counterclaim/internal/narrative"
)

// A Posting says of a post what its text does not: where it stands, whose it is, and when it was posted.
type Posting struct {
	URL    string    // http or https
	Author string    // the account's name, as printed
	At     time.Time // in the zone in which it is known, to the second; the zero time if nobody knows
}

// post reads the text of a post. Each of its lines is a paragraph, and none is cut.
func (d *drafter) post(r Received) error {
	s, err := decodeText(r)
	if err != nil {
		return err
	}
	d.lines = split(s)
	given := d.hints.Post
	d.Kind, d.Byline = narrative.Post, given.Author
	if given.URL != "" {
		if d.URL = webAddress(given.URL); d.URL == "" {
			return fmt.Errorf("intake: %w: %q is no address that begins with http:// or https://", ErrAddress, clip(given.URL))
		}
	}
	if given.Author != "" {
		d.Headline = "Post by " + given.Author
	}
	if !given.At.IsZero() {
		d.Published = dateOf(given.At, true)
	}
	return nil
}
