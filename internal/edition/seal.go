package edition

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Errors of [Seal] and [Read], to be tested for with [errors.Is].
var (
	// ErrFormat says that a body is of no form that this version knows.
	ErrFormat = errors.New("unknown form of edition")
	// ErrRedacted says that a body was erased; see [ReadRedaction].
	ErrRedacted = errors.New("erased edition")
	// ErrSeal says that an edition cannot be sealed as asked.
	ErrSeal = errors.New("cannot be sealed")
)

// Seal makes the body of an edition: its canonical bytes, to be kept as they are. The number is from 1, the time is cut
// to the second, the reason is in NFC and not empty, the salt random. The error is [ErrSeal] or [ErrCanonical].
func Seal(c Content, number int, at time.Time, kind Kind, reason string, salt [16]byte) ([]byte, error) {
	b := Body{
		Format: Format, Salt: hex.EncodeToString(salt[:]), Fact: c.Slug, Number: number, PublishedAt: timeText(at), Kind: kind,
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
	case b.Fact == "" || b.Fact != b.Content.Slug:
		return fmt.Errorf("%w: the fact is %q, that of the content %q", ErrSeal, b.Fact, b.Content.Slug)
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

// A Redaction is what is left of an erased body.
type Redaction struct {
	On     string `json:"on"` // RFC 3339 in UTC, to the second, as in the erasure's record
	Reason string `json:"reason"`
}

// A redactedBody is the form of an erased body.
type redactedBody struct {
	Format   int       `json:"format"`
	Redacted Redaction `json:"redacted"`
}

// Redacted makes the body that takes the place of an erased one. The time is RFC 3339 in UTC, to the second. The error
// is [ErrSeal] without a time or reason, or [ErrCanonical].
func Redacted(reason, on string) ([]byte, error) {
	if at, err := time.Parse(time.RFC3339, on); err != nil || timeText(at) != on {
		return nil, fmt.Errorf("edition: erase: %w: %q is no time in UTC to the second", ErrSeal, on)
	}
	if reason == "" {
		return nil, fmt.Errorf("edition: erase: %w: there is no reason", ErrSeal)
	}
	return Canonical(redactedBody{Format: Format, Redacted: Redaction{On: on, Reason: reason}})
}

// Read reads a body of this or an older form, which it upgrades. It takes no unknown field and nothing after the end.
// That the bytes are canonical and unaltered is for [Verify] to see. The error is [ErrRedacted] for an erased body, else
// [ErrFormat].
func Read(body []byte) (Body, error) {
	form, err := formOf(body)
	if err != nil {
		return Body{}, err
	}
	if form.Redacted != nil {
		return Body{}, fmt.Errorf("edition: %w", ErrRedacted)
	}
	var b Body
	if err := strictly(body, &b); err != nil {
		return Body{}, fmt.Errorf("edition: %w: %w", ErrFormat, err)
	}
	if err := b.check(); err != nil {
		return Body{}, fmt.Errorf("edition: %w: %w", ErrFormat, err)
	}
	return b, nil
}

// ReadRedaction reads what is left of an erased body. The error is [ErrFormat] for anything else.
func ReadRedaction(body []byte) (Redaction, error) {
	form, err := formOf(body)
	if err != nil {
		return Redaction{}, err
	}
	var b redactedBody
	if form.Redacted == nil {
		return Redaction{}, fmt.Errorf("edition: %w: not erased", ErrFormat)
	}
	if err := strictly(body, &b); err != nil {
		return Redaction{}, fmt.Errorf("edition: %w: %w", ErrFormat, err)
	}
	return b.Redacted, nil
}

// A form is what tells bodies apart.
type form struct {
	Format   int             `json:"format"`
	Redacted json.RawMessage `json:"redacted"`
}

func formOf(body []byte) (form, error) {
	var f form
	if err := json.Unmarshal(body, &f); err != nil {
		return form{}, fmt.Errorf("edition: %w: %w", ErrFormat, err)
	}
	if f.Format != Format {
		return form{}, fmt.Errorf("edition: %w: format %d", ErrFormat, f.Format)
	}
	return f, nil
}

// strictly decodes one JSON value without unknown fields.
func strictly(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the end")
	}
	return nil
}
