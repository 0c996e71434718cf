package edition

import (
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Errors of [Seal] and [Read], to be tested for with [errors.Is].
var (
	// ErrFormat says that a body is of no form that this version knows.
	ErrFormat = errors.New("unknown form of edition")
	// ErrRedacted says that a body was erased and nothing is left of it; see [ReadRedactions].
	ErrRedacted = errors.New("erased edition")
	// ErrSeal says that an edition cannot be sealed as asked.
	ErrSeal = errors.New("cannot be sealed")
)

// Seal makes the body of an edition: its canonical bytes, to be kept as they are. The number is from 1, the time is cut
// to the second, the reason is in NFC and not empty, the salt random. The error is [ErrSeal] or [ErrCanonical].
func Seal(c Content, number int, at time.Time, kind Kind, reason string, salt [16]byte) ([]byte, error) {
	b := newBody(c, number, at, reason, salt)
	b.Kind = kind
	return b.seal()
}

// SealWaived makes the body of an edition as [Seal] does, of one that was published without a second pair of eyes. Why is
// shown to readers, in NFC and not empty.
func SealWaived(c Content, number int, at time.Time, kind Kind, reason, why string, salt [16]byte) ([]byte, error) {
	if why == "" {
		return nil, fmt.Errorf("edition: seal edition %d of %s: %w: no reason why nobody else has looked at it", number, c.Slug, ErrSeal)
	}
	b := newBody(c, number, at, reason, salt)
	b.Kind, b.Review = kind, plain(waivedWords, upperFirst(sentence(why)))
	return b.seal()
}

// SealEnd makes the body of an edition that takes a fact from the lists, as [Seal] does: with the content of the edition
// before, and for a merged fact the key of the one where it goes on, else "".
func SealEnd(c Content, number int, at time.Time, into, reason string, salt [16]byte) ([]byte, error) {
	b := newBody(c, number, at, reason, salt)
	b.Kind, b.Into = Withdrawn, into
	if into != "" {
		b.Kind = Merged
	}
	return b.seal()
}

// SealNewsroom makes the body of an edition for the newsroom as [Seal] does, with a note that may be "".
func SealNewsroom(c Content, number int, at time.Time, note string, salt [16]byte) ([]byte, error) {
	b := newBody(c, number, at, note, salt)
	b.Audience, b.Kind = Newsroom, Update
	if number == 1 {
		b.Kind = First
	}
	return b.seal()
}

func newBody(c Content, number int, at time.Time, reason string, salt [16]byte) Body {
	return Body{
		Format: Format, Audience: Public, Salt: hex.EncodeToString(salt[:]), Fact: c.Key, Number: number, PublishedAt: timeText(at),
		Reason: reason, Content: c,
	}
}

// seal writes the body.
func (b Body) seal() ([]byte, error) {
	err := b.check(true)
	if err == nil {
		var body []byte
		if body, err = Canonical(b); err == nil {
			return body, nil
		}
	}
	return nil, fmt.Errorf("edition: seal edition %d of %s: %w", b.Number, b.Content.Slug, err)
}

// check says what keeps a body from being one. What an erasure has left has no salt.
func (b Body) check(salted bool) error {
	salt, err := hex.DecodeString(b.Salt)
	at, timeErr := time.Parse(time.RFC3339, b.PublishedAt)
	switch {
	case salted && (err != nil || len(salt) != 16 || hex.EncodeToString(salt) != b.Salt):
		return fmt.Errorf("%w: the salt is not 32 hexadecimal digits", ErrSeal)
	case !salted && b.Salt != "":
		return fmt.Errorf("%w: what an erasure has left has no salt", ErrSeal)
	case b.Fact == "" || b.Fact != b.Content.Key:
		return fmt.Errorf("%w: the fact is %q, that of the content %q", ErrSeal, b.Fact, b.Content.Key)
	case b.Audience != Public && b.Audience != Newsroom:
		return fmt.Errorf("%w: the audience is %q", ErrSeal, b.Audience)
	case b.Number < 1:
		return fmt.Errorf("%w: the number is %d", ErrSeal, b.Number)
	case timeErr != nil || timeText(at) != b.PublishedAt:
		return fmt.Errorf("%w: %q is no time in UTC to the second", ErrSeal, b.PublishedAt)
	case b.Kind != First && b.Kind != Update && b.Kind != Correction && !b.Kind.Ends():
		return fmt.Errorf("%w: the kind is %q", ErrSeal, b.Kind)
	case (b.Kind == Merged) != (b.Into != "") || b.Into == b.Fact:
		return fmt.Errorf("%w: of the kind %s it goes on in %q", ErrSeal, b.Kind, b.Into)
	case b.Reason == "" && b.Audience == Public:
		return fmt.Errorf("%w: there is no reason", ErrSeal)
	}
	return nil
}

// NextTime gives the time at which an edition of a fact is published: now to the second, or a second after the latest
// edition of the fact if that is not earlier, so that a time names one edition. The zero time is no latest edition.
func NextTime(now, latest time.Time) time.Time {
	now, latest = now.UTC().Truncate(time.Second), latest.UTC().Truncate(time.Second)
	if !latest.IsZero() && !now.After(latest) {
		return latest.Add(time.Second)
	}
	return now
}

// A Redaction says when and why something was erased from a body.
type Redaction struct {
	On     string `json:"on"` // RFC 3339 in UTC, to the second
	Reason string `json:"reason"`
}

// String says the redaction in words: "withheld on 22 November 2026: at the request of the person".
func (r Redaction) String() string {
	at, err := time.Parse(time.RFC3339, r.On)
	if err != nil {
		return "withheld: " + r.Reason
	}
	return "withheld on " + at.UTC().Format("2 January 2006") + ": " + r.Reason
}

// A redactedBody is the form of a body from which something was erased: what is left of it, without the salt, and a list
// of the erasures in the order of time.
type redactedBody struct {
	Format     int         `json:"format"`
	Left       *Body       `json:"left,omitempty"`
	Redactions []Redaction `json:"redactions"`
}

// Redacted makes the body that takes the place of one that is erased whole, from the redactions so far and this one. The
// error is [ErrSeal] without a time or reason, or [ErrCanonical].
func Redacted(redactions ...Redaction) ([]byte, error) {
	return redacted(redactedBody{Format: Format, Redactions: redactions})
}

// RedactedTo makes the body that takes the place of one of which something is left, without its salt. The errors are
// those of [Redacted].
func RedactedTo(left Body, redactions ...Redaction) ([]byte, error) {
	left.Salt = ""
	if err := left.check(false); err != nil {
		return nil, fmt.Errorf("edition: erase: %w", err)
	}
	return redacted(redactedBody{Format: Format, Left: &left, Redactions: redactions})
}

func redacted(b redactedBody) ([]byte, error) {
	for _, r := range b.Redactions {
		if at, err := time.Parse(time.RFC3339, r.On); err != nil || timeText(at) != r.On {
			return nil, fmt.Errorf("edition: erase: %w: %q is no time in UTC to the second", ErrSeal, r.On)
		}
		if r.Reason == "" {
			return nil, fmt.Errorf("edition: erase: %w: there is no reason", ErrSeal)
		}
	}
	if len(b.Redactions) == 0 {
		return nil, fmt.Errorf("edition: erase: %w: nothing is erased", ErrSeal)
	}
	return Canonical(b)
}

// Read reads a body of this or an older form, which it upgrades; of one from which something was erased, what is left,
// without a salt. Fields that a newer program added are passed over; a repeated field, or something after the end, is
// refused. That the bytes are canonical and unaltered is for [Verify] to see. The error is [ErrRedacted] for a body that
// was erased whole, else [ErrFormat], also for an edition of the newsroom.
func Read(body []byte) (Body, error) { return readFor(Public, body) }

// ReadNewsroom reads the body of an edition for the newsroom, as [Read] does one for readers.
func ReadNewsroom(body []byte) (Body, error) { return readFor(Newsroom, body) }

func readFor(audience Audience, body []byte) (Body, error) {
	b, err := read(body)
	if err == nil && b.Audience != audience {
		return Body{}, fmt.Errorf("edition: %w: it is for %q, not for %q", ErrFormat, b.Audience, audience)
	}
	return b, err
}

// read reads a body of any audience.
func read(body []byte) (Body, error) {
	var b Body
	err := json.Unmarshal(body, &b)
	if err != nil || b.Salt == "" { // what it is else is only asked then, since readers wait for this
		left, _, redactedErr := readRedacted(body)
		switch {
		case redactedErr != nil:
		case left == nil:
			return Body{}, fmt.Errorf("edition: %w", ErrRedacted)
		default:
			return *left, nil
		}
	}
	switch {
	case err != nil:
		return Body{}, fmt.Errorf("edition: %w: %w", ErrFormat, err)
	case b.Format != Format:
		return Body{}, fmt.Errorf("edition: %w: form %d", ErrFormat, b.Format)
	}
	if err := b.check(true); err != nil {
		return Body{}, fmt.Errorf("edition: %w: %w", ErrFormat, err)
	}
	return b, nil
}

// ReadRedactions reads when and why something was erased from a body. The error is [ErrFormat] for one from which nothing
// was.
func ReadRedactions(body []byte) ([]Redaction, error) {
	_, redactions, err := readRedacted(body)
	return redactions, err
}

// readRedacted reads what is left of a body, nil for nothing, and when and why something was erased from it.
func readRedacted(body []byte) (left *Body, redactions []Redaction, err error) {
	var b struct {
		Format     int            `json:"format"`
		Left       jsontext.Value `json:"left"`
		Redactions []Redaction    `json:"redactions"`
	}
	if err := strictly(body, &b); err != nil {
		return nil, nil, fmt.Errorf("edition: %w: %w", ErrFormat, err)
	}
	if b.Format != Format || len(b.Redactions) == 0 {
		return nil, nil, fmt.Errorf("edition: %w: not erased", ErrFormat)
	}
	if b.Left == nil {
		return nil, b.Redactions, nil
	}
	left = &Body{}
	err = json.Unmarshal(b.Left, left)
	if err == nil && left.Format != Format {
		err = fmt.Errorf("form %d", left.Format)
	}
	if err == nil {
		err = left.check(false)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("edition: %w: what is left: %w", ErrFormat, err)
	}
	return left, b.Redactions, nil
}

// strictly decodes one JSON value without unknown or repeated fields, with names as they are written.
func strictly(data []byte, into any) error {
	return json.Unmarshal(data, into, json.RejectUnknownMembers(true))
}
