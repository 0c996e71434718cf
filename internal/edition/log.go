package edition

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// A LogRecord is an entry of the log of editions, which never changes: that an edition was published, or that one was
// erased. Each names the hash of the one before, through the whole log and all facts.
type LogRecord struct {
	Type          RecordType `json:"type"`
	LogIndex      string     `json:"log_index"` // decimal, from 0, without gaps
	Fact          string     `json:"fact"`
	Number        int        `json:"number"`         // of the edition
	At            string     `json:"at"`             // RFC 3339 in UTC, to the second
	BodySHA256    string     `json:"body_sha256"`    // of the edition's body, or of the redacted body that an erasure left
	ContentSHA256 string     `json:"content_sha256"` // see [Content.Hash]; "" for an erasure
	Prev          string     `json:"prev"`           // see [LogRecord.Hash]; 64 zeros for the first
	Target        string     `json:"target"`         // an erasure's: the log index of the edition; else ""
	Reason        string     `json:"reason"`         // an erasure's; an edition's own stands in its body, where it can be erased
}

// A RecordType says what an entry of the log records.
type RecordType string

// The types of log record.
const (
	EditionRecord RecordType = "edition"
	ErasureRecord RecordType = "erasure"
)

// ErrLog says that a log record is not in its form.
var ErrLog = errors.New("not a log record")

// NewRecord makes the record of an edition from its sealed body, at a log index from 0. Prev is the hash of the record
// before, the zero hash for the first. The errors are those of [Read] and [Content.Hash].
func NewRecord(body []byte, index int64, prev Hash) (LogRecord, error) {
	b, err := Read(body)
	if err != nil {
		return LogRecord{}, err
	}
	content, err := b.Content.Hash()
	if err != nil {
		return LogRecord{}, err
	}
	return LogRecord{
		Type: EditionRecord, LogIndex: strconv.FormatInt(index, 10), Fact: b.Fact, Number: b.Number, At: b.PublishedAt,
		BodySHA256: HashOf(body).String(), ContentSHA256: content.String(), Prev: prev.String(),
	}, nil
}

// NewErasure makes the record of an erasure from the erased edition's record and the redacted body that is left of it,
// at a log index after all others. The error is [ErrFormat] if the body is not redacted.
func NewErasure(erased LogRecord, redacted []byte, index int64, prev Hash) (LogRecord, error) {
	r, err := ReadRedaction(redacted)
	if err != nil {
		return LogRecord{}, err
	}
	return LogRecord{
		Type: ErasureRecord, LogIndex: strconv.FormatInt(index, 10), Fact: erased.Fact, Number: erased.Number, At: r.On,
		BodySHA256: HashOf(redacted).String(), Prev: prev.String(), Target: erased.LogIndex, Reason: r.Reason,
	}, nil
}

// Bytes returns the record's canonical form, which is what is kept and hashed. The error is [ErrCanonical].
func (r LogRecord) Bytes() ([]byte, error) { return Canonical(r) }

// Hash returns the hash by which the next record names this one. The error is [ErrCanonical].
func (r LogRecord) Hash() (Hash, error) {
	canonical, err := r.Bytes()
	if err != nil {
		return Hash{}, err
	}
	return RecordHash(canonical), nil
}

// RecordHash returns the hash of a record's bytes: SHA-256 of a zero byte and the bytes, which is also the leaf hash of
// a Merkle tree over the log (RFC 6962, 2.1).
func RecordHash(record []byte) Hash {
	return sha256.Sum256(append([]byte{0}, record...))
}

// ReadRecord reads a record's bytes, which must be in canonical form and have every field in order. The error is
// [ErrLog].
func ReadRecord(record []byte) (LogRecord, error) {
	var r LogRecord
	if err := strictly(record, &r); err != nil {
		return LogRecord{}, fmt.Errorf("%w: %w", ErrLog, err)
	}
	canonical, err := r.Bytes()
	if err != nil {
		return LogRecord{}, fmt.Errorf("%w: %w", ErrLog, err)
	}
	if string(canonical) != string(record) {
		return LogRecord{}, fmt.Errorf("%w: not in canonical form", ErrLog)
	}
	return r, r.check()
}

func (r LogRecord) check() error {
	at, err := time.Parse(time.RFC3339, r.At)
	erasure := r.Type == ErasureRecord
	switch {
	case r.Type != EditionRecord && !erasure:
		return fmt.Errorf("%w: the type is %q", ErrLog, r.Type)
	case !isIndex(r.LogIndex):
		return fmt.Errorf("%w: the log index is %q", ErrLog, r.LogIndex)
	case r.Fact == "" || r.Number < 1:
		return fmt.Errorf("%w: it names edition %d of %q", ErrLog, r.Number, r.Fact)
	case err != nil || timeText(at) != r.At:
		return fmt.Errorf("%w: %q is no time in UTC to the second", ErrLog, r.At)
	case !isHash(r.BodySHA256) || !isHash(r.Prev) || !erasure && !isHash(r.ContentSHA256):
		return fmt.Errorf("%w: a hash is not 64 hexadecimal digits", ErrLog)
	case erasure && (!isIndex(r.Target) || r.Reason == "" || r.ContentSHA256 != ""):
		return fmt.Errorf("%w: an erasure has a target and a reason, and no content", ErrLog)
	case !erasure && (r.Target != "" || r.Reason != ""):
		return fmt.Errorf("%w: an edition has no target and no reason in the log", ErrLog)
	}
	return nil
}

func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size && hex.EncodeToString(b) == s
}

func isIndex(s string) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	return err == nil && n >= 0 && strconv.FormatInt(n, 10) == s
}
