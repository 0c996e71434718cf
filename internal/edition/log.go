package edition

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// A LogRecord is an entry of the log of editions, which never changes: that an edition was published, or that one was
// erased. Each names the hash of the one before, through the whole log and all facts.
type LogRecord struct {
	Format     int        `json:"format"` // [Format]
	Type       RecordType `json:"type"`
	LogIndex   string     `json:"log_index"` // decimal, from 0, without gaps
	Audience   Audience   `json:"audience"`  // "" for a text's erasure, as are the next two
	Fact       string     `json:"fact"`      // permanent key
	Number     int        `json:"number"`    // of the edition
	At         string     `json:"at"`        // RFC 3339 in UTC, to the second
	BodySHA256 string     `json:"body_sha256"`
	Prev       string     `json:"prev"`   // see [LogRecord.Hash]; 64 zeros for the first
	Target     string     `json:"target"` // what was erased: the log index of the edition, or article and number of the text; else ""
}

// A RecordType says what an entry of the log records. BodySHA256 is the hash of the body that was published, or of what
// an erasure left in its place. Reasons stand in the bodies, where they can be erased.
type RecordType string

// The types of log record.
const (
	EditionRecord     RecordType = "edition"
	ErasureRecord     RecordType = "erasure"
	TextErasureRecord RecordType = "text-erasure" // of a captured text
)

// ErrLog says that a log record is not in its form.
var ErrLog = errors.New("not a log record")

// NewRecord makes the record of an edition from its sealed body, at a log index from 0. Prev is the hash of the record
// before, the zero hash for the first. The errors are those of [Read], [ErrRedacted] also where something is left.
func NewRecord(body []byte, index int64, prev Hash) (LogRecord, error) {
	b, err := Read(body)
	if err != nil {
		return LogRecord{}, err
	}
	if b.Salt == "" {
		return LogRecord{}, fmt.Errorf("edition: %w", ErrRedacted)
	}
	return LogRecord{
		Format: Format, Type: EditionRecord, LogIndex: strconv.FormatInt(index, 10), Audience: b.Audience, Fact: b.Fact,
		Number: b.Number, At: b.PublishedAt, BodySHA256: HashOf(body).String(), Prev: prev.String(),
	}, nil
}

// NewErasure makes the record of an erasure from the erased edition's record and the redacted body that is left of it,
// at a log index after all others. An edition may be erased again. The error is [ErrFormat] if the body is not redacted.
func NewErasure(erased LogRecord, redacted []byte, index int64, prev Hash) (LogRecord, error) {
	redactions, err := ReadRedactions(redacted)
	if err != nil {
		return LogRecord{}, err
	}
	return LogRecord{
		Format: Format, Type: ErasureRecord, LogIndex: strconv.FormatInt(index, 10), Audience: erased.Audience,
		Fact: erased.Fact, Number: erased.Number, At: redactions[len(redactions)-1].On,
		BodySHA256: HashOf(redacted).String(), Prev: prev.String(), Target: erased.LogIndex,
	}, nil
}

// NewTextErasure makes the record of the erasure of a captured text: the article's slug, the text's number among the
// article's captures from 1, and what is left in its place.
func NewTextErasure(article string, number int, left []byte, at time.Time, index int64, prev Hash) LogRecord {
	return LogRecord{
		Format: Format, Type: TextErasureRecord, LogIndex: strconv.FormatInt(index, 10), At: timeText(at),
		BodySHA256: HashOf(left).String(), Prev: prev.String(), Target: article + "/" + strconv.Itoa(number),
	}
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
	isText := r.Type == TextErasureRecord
	switch {
	case r.Format != Format:
		return fmt.Errorf("%w: form %d", ErrLog, r.Format)
	case r.Type != EditionRecord && r.Type != ErasureRecord && !isText:
		return fmt.Errorf("%w: the type is %q", ErrLog, r.Type)
	case !isIndex(r.LogIndex):
		return fmt.Errorf("%w: the log index is %q", ErrLog, r.LogIndex)
	case isText != (r.Fact == "") || isText != (r.Number == 0) || isText != (r.Audience == "") || r.Number < 0:
		return fmt.Errorf("%w: it names edition %d of %q for %q", ErrLog, r.Number, r.Fact, r.Audience)
	case err != nil || timeText(at) != r.At:
		return fmt.Errorf("%w: %q is no time in UTC to the second", ErrLog, r.At)
	case !isHash(r.BodySHA256) || !isHash(r.Prev):
		return fmt.Errorf("%w: a hash is not 64 hexadecimal digits", ErrLog)
	case r.Type == EditionRecord && r.Target != "":
		return fmt.Errorf("%w: an edition has no target", ErrLog)
	case r.Type == ErasureRecord && !isIndex(r.Target):
		return fmt.Errorf("%w: an erasure's target is %q", ErrLog, r.Target)
	case isText && !textTarget.MatchString(r.Target):
		return fmt.Errorf("%w: a text's erasure has the target %q", ErrLog, r.Target)
	}
	return nil
}

// textTarget is the form of a captured text's name: an article's slug and a number.
var textTarget = regexp.MustCompile(`^[a-z0-9-]+/[1-9][0-9]*$`)

func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size && hex.EncodeToString(b) == s
}

func isIndex(s string) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	return err == nil && n >= 0 && strconv.FormatInt(n, 10) == s
}
