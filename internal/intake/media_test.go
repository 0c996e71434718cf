package intake_test

import (
	"testing"

	"counterclaim/internal/intake"
)

func TestMediaType(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"ID3\x04\x00\x00\x00\x00\x00\x00": "audio/mpeg", "\xff\xfb\x90\x64\x00": "audio/mpeg", "\xff\xf3\x40\xc4\x00": "audio/mpeg",
		"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2mp41": "video/mp4", "\x00\x00\x00\x20ftypM4A \x00\x00\x02\x00M4A isom": "audio/mp4",
		"RIFF\x24\x00\x00\x00WAVEfmt ": "audio/wav", "OggS\x00\x02": "audio/ogg", "\x1a\x45\xdf\xa3\x01\x00\x00\x00": "video/webm",
		"": "", "ID": "", "\xff\xfe\x00T\x00h": "", "<html>": "", "%PDF-1.7": "", "WEBVTT\n": "", "\xff\xd8\xff\xe0\x00\x10JFIF": "", "MZ\x90\x00": "",
	} {
		if got := intake.MediaType([]byte(body)); got != want {
			t.Errorf("%q is %q, want %q", body, got, want)
		}
	}
}
