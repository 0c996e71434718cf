// Package archive writes and reads the folder that an export makes: the corpus, every edition and the log as the exact
// bytes that were published, a manifest of SHA-256 over all of it and, in a private one, captured texts.
//
//	articles/…                        the corpus, as package corpus writes it
//	editions/{fact}/{number}.json     the body of an edition, under the key that stands for the fact for ever
//	log/{index, eight digits}.json    a record of the log
//	log/checkpoint                    the signed head of the log, where it is signed
//	log/key                           the public part of the key that signed it
//	captures/{article}/capture.json   when an article's text was captured, and its hashes
//	captures/{article}/original       the bytes that were received
//	captures/{article}/text.txt       the text that was made of them
//	SHA256SUMS                        the manifest, which sha256sum -c reads
//
// It knows nothing of the database.
package archive

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// The names in an archive.
const (
	// Manifest is the file by which a folder is known to be an archive.
	Manifest = "SHA256SUMS"

	corpusFolder   = "articles"
	editionsFolder = "editions"
	logFolder      = "log"
	capturesFolder = "captures"

	checkpointFile = logFolder + "/checkpoint"
	keyFile        = logFolder + "/key"

	captureFile  = "capture.json"
	originalFile = "original"
	textFile     = "text.txt"
)

// maxFile is the largest size of a file in an archive, in bytes.
const maxFile = 64 << 20

// Errors that callers may test for with [errors.Is].
var (
	// ErrNotEmpty says that the folder to write into is there and holds something, which is left alone.
	ErrNotEmpty = errors.New("the folder is not empty")
	// ErrAltered says that an archive does not hold what its manifest says.
	ErrAltered = errors.New("the archive was altered")
)

// A Capture is an article's whole text as it was received and as it was cleaned.
type Capture struct {
	Article  narrative.Slug
	Original []byte
	Text     passage.Text
	At       time.Time // when it was captured
}

// captureNote is the file capture.json.
type captureNote struct {
	Article        narrative.Slug `json:"article"`
	CapturedAt     time.Time      `json:"captured_at"`
	NormVersion    int            `json:"norm_version"`
	OriginalSHA256 string         `json:"original_sha256"`
	TextSHA256     string         `json:"text_sha256"`
}

func sumOf(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }

// The names of files, below the archive's root and with slashes.
func editionName(r edition.LogRecord) string {
	return fmt.Sprintf("%s/%s/%d.json", editionsFolder, r.Fact, r.Number)
}
func recordName(index int64) string { return fmt.Sprintf("%s/%08d.json", logFolder, index) }
func captureName(article narrative.Slug, file string) string {
	return capturesFolder + "/" + string(article) + "/" + file
}
