package edition

import (
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
)

// Errors of [Seal] and [Read], to be tested for with [errors.Is].
var (
	// ErrFormat says that a body is of no form that this version knows.
	ErrFormat = errors.New("unknown form of edition")
	// ErrRedacted says that a body was erased; see [ReadRedactions].
	ErrRedacted = errors.New("erased edition")
	// ErrSeal says that an edition cannot be sealed as asked.
	ErrSeal = errors.New("cannot be sealed")
)

// Seal makes the body of an edition: its canonical bytes, to be kept as they are. The number is from 1, the time is cut
// to the second, the reason is in NFC and not empty, the salt random. The error is [ErrSeal] or [ErrCanonical].
func Seal(c Content, number int, at time.Time, kind Kind, reason string, salt [16]byte) ([]byte, error) {
	b := Body{
		Format: Format, Audience: Public, Salt: hex.EncodeToString(salt[:]), Fact: c.Key, Number: number, PublishedAt: timeText(at), Kind: kind,
		Reason: reason, Content: c,
	}
	if err := b.check(); err != nil {
		return nil, fmt.Errorf("edition: seal edition %d of %s: %w", number, c.Slug, err)
	}
	body, err := Canonical(b)
	if err != nil {
		return nil, fmt.Errorf("edition: seal edition %d of %s: %w", number, c.Slug, err)
	}
	return body, nil
}

// check says what keeps a body from being one.
func (b Body) check() error {
	salt, err := hex.DecodeString(b.Salt)
	at, timeErr := time.Parse(time.RFC3339, b.PublishedAt)
	switch {
	case err != nil || len(salt) != 16 || hex.EncodeToString(salt) != b.Salt:
		return fmt.Errorf("%w: the salt is not 32 hexadecimal digits", ErrSeal)
	case b.Fact == "" || b.Fact != b.Content.Key:
		return fmt.Errorf("%w: the fact is %q, that of the content %q", ErrSeal, b.Fact, b.Content.Key)
	case b.Audience != Public:
		return fmt.Errorf("%w: the audience is %q", ErrSeal, b.Audience)
	case b.Number < 1:
		return fmt.Errorf("%w: the number is %d", ErrSeal, b.Number)
	case timeErr != nil || timeText(at) != b.PublishedAt:
		return fmt.Errorf("%w: %q is no time in UTC to the second", ErrSeal, b.PublishedAt)
	case b.Kind != First && b.Kind != Update && b.Kind != Correction:
		return fmt.Errorf("%w: the kind is %q", ErrSeal, b.Kind)
	case b.Reason == "":
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

// A redactedBody is the form of a body from which everything was erased. It has a list, in the order of time, and room
// for the content that another erasure may leave.
type redactedBody struct {
	Format     int         `json:"format"`
	Redactions []Redaction `json:"redactions"`
}

// Redacted makes the body that takes the place of an erased one, from the redactions so far and this one. The error is
// [ErrSeal] without a time or reason, or [ErrCanonical].
func Redacted(redactions ...Redaction) ([]byte, error) {
	for _, r := range redactions {
		if at, err := time.Parse(time.RFC3339, r.On); err != nil || timeText(at) != r.On {
			return nil, fmt.Errorf("edition: erase: %w: %q is no time in UTC to the second", ErrSeal, r.On)
		}
		if r.Reason == "" {
			return nil, fmt.Errorf("edition: erase: %w: there is no reason", ErrSeal)
		}
	}
	if len(redactions) == 0 {
		return nil, fmt.Errorf("edition: erase: %w: nothing is erased", ErrSeal)
	}
	return Canonical(redactedBody{Format: Format, Redactions: redactions})
}

// Read reads a body of this or an older form, which it upgrades. Fields that a newer program added are
// passed over; a repeated field, or something after the end, is refused. That the bytes are canonical and unaltered is for [Verify] to see. The error is [ErrRedacted] for an erased
// body, else [ErrFormat].
func Read(body []byte) (Body, error) {
	var b Body
	err := json.Unmarshal(body, &b)
	if err != nil || b.Salt == "" { // what it is else is only asked then, since readers wait for this
		if _, err := ReadRedactions(body); err == nil {
			return Body{}, fmt.Errorf("edition: %w", ErrRedacted)
		}
	}
	switch {
	case err != nil:
		return Body{}, fmt.Errorf("edition: %w: %w", ErrFormat, err)
	case b.Format != Format:
		return Body{}, fmt.Errorf("edition: %w: form %d", ErrFormat, b.Format)
	}
	if err := b.check(); err != nil {
		return Body{}, fmt.Errorf("edition: %w: %w", ErrFormat, err)
	}
	return b, nil
}

// ReadRedactions reads when and why a body was erased. The error is [ErrFormat] for one that was not.
func ReadRedactions(body []byte) ([]Redaction, error) {
	var b redactedBody
	if err := strictly(body, &b); err != nil {
		return nil, fmt.Errorf("edition: %w: %w", ErrFormat, err)
	}
	if b.Format != Format || len(b.Redactions) == 0 {
		return nil, fmt.Errorf("edition: %w: not erased", ErrFormat)
	}
	return b.Redactions, nil
}

// strictly decodes one JSON value without unknown or repeated fields, with names as they are written.
func strictly(data []byte, into any) error {
	return json.Unmarshal(data, into, json.RejectUnknownMembers(true))
}
