package desk

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/intake"
	"counterclaim/internal/store"
)

// uploadBoth sends a file and a recording, either of which may have no name and then is none, and returns the page and where it leads.
func (e *editor) uploadBoth(name string, file []byte, recording string, sound []byte, status int) (*goquery.Document, string) {
	e.t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	write := func(field, name string, body []byte) {
		part, err := w.CreateFormFile(field, name)
		if err == nil {
			_, err = part.Write(body)
		}
		if err != nil {
			e.t.Fatal(err)
		}
	}
	if err := w.WriteField("way", wayFile); err != nil {
		e.t.Fatal(err)
	}
	write(wayFile, name, file)
	write(recordingField, recording, sound)
	if err := w.Close(); err != nil {
		e.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(e.t.Context(), http.MethodPost, e.url+newArticlePath, &buf)
	if err != nil {
		e.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	response, answer := e.do(r)
	return e.page(response, answer, newArticlePath, status), response.Header.Get("Location")
}

// A recording is kept with its transcript, told with its hash, sent to the desk alone and gone when the original goes.
func TestRecording(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)
	transcript := []byte("WEBVTT\n\n00:00.000 --> 00:04.000\n<v Mayor>The lock is open.\n")
	sound := append([]byte("ID3\x04\x00\x00\x00\x00\x00\x00"), bytes.Repeat([]byte("sound"), 1000)...)
	for name, test := range map[string]struct {
		file        string
		body        []byte
		recording   string
		sound       []byte
		status      int
		field, told string
	}{
		"without a transcript": {"", nil, "a.mp3", sound, http.StatusUnprocessableEntity, "file", "choose the transcript"},
		"in its place":         {"a.mp3", sound, "", nil, http.StatusUnprocessableEntity, "file", "choose its transcript"},
		"with a text":          {"a.txt", []byte(ferryText), "a.mp3", sound, http.StatusUnprocessableEntity, recordingField, "kept with its transcript"},
		"not a recording":      {"a.vtt", transcript, "a.mp3", []byte("<html><script>alert(1)</script>"), http.StatusUnprocessableEntity, recordingField, "is no recording"},
		"too large":            {"a.vtt", transcript, "a.mp3", append(bytes.Clone(sound), make([]byte, intake.MaxMedia)...), http.StatusRequestEntityTooLarge, recordingField, "20 MiB"},
	} {
		doc, _ := e.uploadBoth(test.file, test.body, test.recording, test.sound, test.status)
		if p := doc.Find(`.problems li:has(a[href="#f-` + test.field + `"])`); !strings.Contains(p.Text(), test.told) {
			t.Errorf("%s: %q", name, doc.Find(".problems").Text())
		}
	}

	_, to := e.uploadBoth("a.vtt", transcript, "a.mp3", sound, http.StatusSeeOther)
	path, _, _ := strings.Cut(to, "?")
	sum := sha256.Sum256(sound)
	if got := e.get(path, http.StatusOK).Find("main").Text(); !strings.Contains(got, hex.EncodeToString(sum[:])) {
		t.Error("the hash of the recording is not told")
	}
	fetch := func(e *editor) (*http.Response, []byte) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path+"/recording", nil)
		if err != nil {
			t.Fatal(err)
		}
		return e.do(r)
	}
	response, body := fetch(e)
	if !bytes.Equal(body, sound) || response.Header.Get("Content-Type") != "application/octet-stream" || !strings.HasSuffix(response.Header.Get("Content-Disposition"), ".mp3") {
		t.Errorf("%d bytes, %v", len(body), response.Header)
	}
	if response, _ := fetch(s.as(store.RoleReader)); response.StatusCode != http.StatusForbidden {
		t.Errorf("a reader gets %d", response.StatusCode)
	}

	// It stays when the arrival is confirmed, and goes when what was received goes.
	fields := e.confirmForm(path)
	fields.Set("headline", "The mayor on the lock")
	fields.Set("language", "en")
	e.post(path, fields, http.StatusSeeOther)
	if response, body := fetch(e); response.StatusCode != http.StatusOK || !bytes.Equal(body, sound) {
		t.Errorf("once confirmed: status %d, %d bytes", response.StatusCode, len(body))
	}
	s.sql(`INSERT INTO takedowns (kind, name_sha256, reason, taken_down) VALUES ('claim', sha256(''), 'asked to', now());
		SELECT forget_originals(ARRAY(SELECT capture FROM arrivals WHERE capture IS NOT NULL))`)
	if response, _ := fetch(e); response.StatusCode != http.StatusNotFound {
		t.Errorf("once forgotten: status %d", response.StatusCode)
	}
}
