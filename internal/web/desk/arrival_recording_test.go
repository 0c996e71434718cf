package desk

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
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
	if got := e.get(path, http.StatusOK).Find("main").Text(); !strings.Contains(got, "a.mp3") || !strings.Contains(got, "from "+e.name) {
		t.Errorf("of the recording the page tells: %s", got)
	}
	e.addRecording(transcript, sound)
	s.sql(`INSERT INTO takedowns (kind, name_sha256, reason, taken_down) VALUES ('claim', sha256(''), 'asked to', now());
		SELECT forget_originals(ARRAY(SELECT capture FROM arrivals WHERE capture IS NOT NULL))`)
	if response, _ := fetch(e); response.StatusCode != http.StatusNotFound {
		t.Errorf("once forgotten: status %d", response.StatusCode)
	}
}

// addRecording takes in a transcript without its recording and brings that later, on the page of the article's texts.
func (e *editor) addRecording(transcript, sound []byte) {
	e.t.Helper()
	_, to := e.upload(newArticlePath, url.Values{"way": {wayFile}}, "b.vtt", "text/vtt", append(transcript, "\n00:04.000 --> 00:09.000\nNobody has asked for a longer talk than this one.\n"...), http.StatusSeeOther)
	path, _, _ := strings.Cut(to, "?")
	fields := e.confirmForm(path)
	fields.Set("headline", "More of the mayor on the lock")
	fields.Set("language", "en")
	fields.Set("same", different)
	_, to = e.post(path, fields, http.StatusSeeOther)
	article := strings.TrimSuffix(strings.Split(to, "?")[0], "/tag")
	captures := e.get(article+"/captures", http.StatusOK)
	form := captures.Find(`form[action="` + article + `/recording"]`)
	if form.Length() != 1 || form.AttrOr("enctype", "") != filesType {
		e.t.Fatalf("%d forms for a recording: %s", form.Length(), captures.Find("main").Text())
	}
	send := func(name string, body []byte, capture string, status int) (*goquery.Document, string) {
		e.t.Helper()
		return e.uploadAs(recordingField, article+"/recording", url.Values{"capture": {capture}}, name, body, status)
	}
	capture := fieldsOf(form).Get("capture")
	for name, test := range map[string]struct {
		name   string
		body   []byte
		status int
		told   string
	}{
		"nothing": {"", nil, http.StatusUnprocessableEntity, "no file was chosen"},
		"empty":   {"a.mp3", nil, http.StatusUnprocessableEntity, "is no recording"},
		"a page":  {"a.mp3", []byte("<html><script>alert(1)</script>"), http.StatusUnprocessableEntity, "is no recording"},
		"large":   {"a.mp3", append(bytes.Clone(sound), make([]byte, intake.MaxMedia)...), http.StatusRequestEntityTooLarge, "20 MiB"},
		"huge":    {"a.mp3", make([]byte, largestRecording), http.StatusRequestEntityTooLarge, "20 MiB"},
	} {
		doc, _ := send(test.name, test.body, capture, test.status)
		if p := doc.Find(`.problems li:has(a[href="#f-recording"])`); !strings.Contains(p.Text(), test.told) || doc.Find("#f-recording").Length() != 1 {
			e.t.Errorf("%s: %q", name, doc.Find(".problems").Text())
		}
	}
	send("a.mp3", sound, "x", http.StatusBadRequest)
	send("a.mp3", sound, "999999", http.StatusNotFound)
	if _, to := send(`C:\\sounds\\mayor <b>.mp3`, sound, capture, http.StatusSeeOther); to != article+"/captures?done=recorded" {
		e.t.Errorf("leads on to %q", to)
	}
	if doc, _ := send("b.mp3", sound, capture, http.StatusConflict); !strings.Contains(problemsIn(doc), "has its recording already") {
		e.t.Errorf("a second one: %s", problemsIn(doc))
	}
	captures = e.get(article+"/captures", http.StatusOK)
	sum := sha256.Sum256(sound)
	text := strings.Join(strings.Fields(captures.Find(".captures").Text()), " ")
	for _, want := range []string{"mayor <b>.mp3", "audio/mpeg, " + strconv.Itoa(len(sound)) + " bytes, received on ", "from " + e.name, hex.EncodeToString(sum[:])} {
		if !strings.Contains(text, want) {
			e.t.Errorf("the page does not tell %q: %s", want, text)
		}
	}
	if captures.Find(`a[href="`+path+`/recording"]`).Length() != 1 || captures.Find(`form[action="`+article+`/recording"]`).Length() != 0 {
		e.t.Error("it is not offered for download, or another one is asked for")
	}
}

// uploadAs sends a form with a file in a field, of which none is chosen if it has no name.
func (e *editor) uploadAs(field, path string, fields url.Values, name string, body []byte, status int) (*goquery.Document, string) {
	e.t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for key, values := range fields {
		if err := w.WriteField(key, values[0]); err != nil {
			e.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile(field, name)
	if err == nil {
		_, err = part.Write(body)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		e.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(e.t.Context(), http.MethodPost, e.url+path, &buf)
	if err != nil {
		e.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	response, answer := e.do(r)
	return e.page(response, answer, path, status), response.Header.Get("Location")
}
