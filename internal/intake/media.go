package intake

import (
	"bytes"
	"net/http"
)

// MaxMedia is the size of the largest recording that is kept with a transcript, in bytes. It is the size of the largest original of
// any kind, which is one value in a row of the database: about 20 minutes of speech as MP3.
const MaxMedia = 20 << 20

// MediaType returns the type of a recording that its bytes show: mp3, mp4, m4a, wav, ogg or webm, "" if it is none of them.
func MediaType(body []byte) string {
	if len(body) > 12 && string(body[4:8]) == "ftyp" {
		if bytes.HasPrefix(body[8:], []byte("M4A")) || bytes.HasPrefix(body[8:], []byte("M4B")) {
			return "audio/mp4"
		}
		return "video/mp4"
	}
	// An MP3 without tags begins with a frame: eleven bits set, and layer III.
	if len(body) > 4 && body[0] == 0xFF && body[1]&0xE6 == 0xE2 && body[2]&0xF0 != 0xF0 {
		return "audio/mpeg"
	}
	switch http.DetectContentType(body) {
	case "audio/mpeg":
		return "audio/mpeg"
	case "audio/wave":
		return "audio/wav"
	case "application/ogg":
		return "audio/ogg"
	case "video/webm":
		return "video/webm"
	}
	return ""
}
