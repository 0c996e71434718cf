package desk

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// recordingEndings are the endings of the names under which recordings are sent.
var recordingEndings = map[string]string{
	"audio/mpeg": ".mp3", "audio/mp4": ".m4a", "video/mp4": ".mp4", "audio/wav": ".wav", "audio/ogg": ".ogg", "video/webm": ".webm",
}

// tooLargeFiles says which file of a form that was read is larger than one of its kind may be; nil for none.
func tooLargeFiles(r *http.Request) []narrative.Problem {
	if r.MultipartForm == nil {
		return nil
	}
	var list []narrative.Problem
	for _, field := range []struct {
		name string
		most int64
	}{{wayFile, intake.MaxPDF}, {recordingField, intake.MaxMedia}} {
		for _, header := range r.MultipartForm.File[field.name] {
			if header.Size > field.most {
				list = append(list, narrative.Problem{Path: field.name, Message: fmt.Sprintf("is larger than %d MiB, which is the most that is taken", field.most>>20)})
			}
		}
	}
	return list
}

// refuseRecording refuses audio or video where a text is needed.
func refuseRecording(body []byte) error {
	if intake.MediaType(body) == "" {
		return nil
	}
	return errors.New("this is audio or video, which cannot be read; choose its transcript (.vtt or .srt) here, and this file as the recording below")
}

// orTranscript is what is wrong with the file of a form, or, where a recording came without one, that its transcript is needed.
func orTranscript(r *http.Request, err error) error {
	if r.MultipartForm != nil && slices.ContainsFunc(r.MultipartForm.File[recordingField], func(h *multipart.FileHeader) bool { return h.Filename != "" }) {
		return errors.New("a recording is kept with its transcript; choose the transcript (.vtt or .srt) here")
	}
	return err
}

// recordingOf returns the recording that a form brings with a transcript, nil for none. What is wrong with it is an [*unfit].
func recordingOf(r *http.Request, received intake.Received, d intake.Draft) (*store.Recording, error) {
	if !bringsRecording(r) {
		return nil, nil
	}
	if d.Format != intake.Transcript {
		return nil, badRecording("a recording is kept with its transcript; choose one (.vtt or .srt) as the file, instead of " + cmp.Or(received.Name, "what was sent"))
	}
	return readRecording(r)
}

// bringsRecording reports whether a form brings one: a file was chosen for it, be it an empty one.
func bringsRecording(r *http.Request) bool {
	if r.MultipartForm == nil || len(r.MultipartForm.File[recordingField]) == 0 {
		return false
	}
	header := r.MultipartForm.File[recordingField][0]
	return header.Size > 0 || header.Filename != ""
}

// badRecording says what is wrong with the recording of a form.
func badRecording(message string) *unfit {
	return &unfit{field: recordingField, message: message, status: http.StatusUnprocessableEntity}
}

// readRecording reads the recording that a form brings. What is wrong with it is an [*unfit].
func readRecording(r *http.Request) (*store.Recording, error) {
	header := r.MultipartForm.File[recordingField][0]
	f, err := header.Open()
	if err != nil {
		return nil, badRecording("could not be read")
	}
	defer func() { _ = f.Close() }() // it is in memory
	body, err := io.ReadAll(f)
	if err != nil {
		return nil, badRecording("could not be read")
	}
	kind := intake.MediaType(body)
	if kind == "" {
		return nil, badRecording("is no recording that is known; expected mp3, mp4, m4a, wav, ogg or webm")
	}
	return &store.Recording{Name: line(path.Base(strings.ReplaceAll(header.Filename, `\`, "/"))), Type: kind, Body: body}, nil
}

// downloadRecording sends the recording of a transcript, to be kept as a file and never to be shown.
func (s *Server) downloadRecording(w http.ResponseWriter, r *http.Request) error {
	id, err := arrivalOf(r)
	if err != nil {
		return err
	}
	mediaType, body, err := s.store.MediaBody(r.Context(), id)
	if err != nil {
		return err
	}
	sendFile(w, "recording-"+strconv.FormatInt(id, 10)+recordingEndings[mediaType], body)
	return nil
}
