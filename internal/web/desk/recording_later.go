package desk

import (
	"errors"
	"net/http"
	"strconv"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// recordingPath is where the recording of a transcript comes in after the transcript.
func recordingPath(article narrative.Slug) string {
	return nounPath(narrative.KindArticle, string(article)) + "/recording"
}

// largestRecording is the size of the largest form that brings a recording alone, in bytes.
const largestRecording = intake.MaxMedia + 1<<20

// addRecording keeps the recording of a capture that was made from a transcript.
func (s *Server) addRecording(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	problems, tooLarge := s.readUpload(w, r, largestRecording, recordingField)
	if problems != nil && !tooLarge {
		return errBadForm
	}
	f := fieldSet{Values: r.PostForm, Problems: unfitFields(r.PostForm)}
	capture, err := strconv.ParseInt(f.value("capture"), 10, 64)
	if err != nil && !tooLarge { // of a form that is too large no field may have been read
		return badField("capture")
	}
	wrong := func(status int, problems ...narrative.Problem) error {
		f.Problems = append(f.Problems, problems...)
		return s.drawCaptures(w, r, status, capturesDraft{f, ofRecording, capture})
	}
	switch {
	case tooLarge:
		return wrong(http.StatusRequestEntityTooLarge, problems...)
	case len(f.Problems) > 0:
		return wrong(http.StatusUnprocessableEntity)
	case !bringsRecording(r):
		return wrong(http.StatusUnprocessableEntity, narrative.Problem{Path: recordingField, Message: "no file was chosen"})
	}
	recording, err := readRecording(r)
	if bad, ok := errors.AsType[*unfit](err); ok {
		return wrong(bad.status, narrative.Problem{Path: bad.field, Message: bad.message})
	}
	if err != nil {
		return err
	}
	err = s.store.AddRecording(r.Context(), slug, capture, *recording, accountOf(r).Name)
	if errors.Is(err, store.ErrConflict) {
		return wrong(http.StatusConflict, narrative.Problem{Message: "This transcript has its recording already; it is listed below, and nothing was put in its place."})
	}
	if err != nil {
		return err
	}
	return leadOn(capturesPath(slug), "recorded")
}

// mediaWords say what is kept of a recording.
func mediaWords(m store.Media) string {
	return m.Type + ", " + strconv.Itoa(m.Size) + " bytes, received on " + dayAndTime(m.AddedAt) + " from " + m.AddedBy
}

// recordingFields are what is wrong with the form that brings the recording of a capture.
func (v capturesView) recordingFields(capture int64) fieldSet {
	if v.isSent(capture) {
		return v.Fields
	}
	return fieldSet{}
}

// recordingID is the id of the field of that form, that of the problems' links where something is wrong.
func (v capturesView) recordingID(capture int64) string {
	if v.isSent(capture) {
		return fieldID(recordingField)
	}
	return fieldID(recordingField) + "-" + strconv.FormatInt(capture, 10)
}

// isSent reports whether the form that was sent is that of a capture's recording. Of one that was too large to be read it is
// taken for that of the latest.
func (v capturesView) isSent(capture int64) bool {
	if v.sent.form != ofRecording {
		return false
	}
	if v.sent.capture != 0 {
		return v.sent.capture == capture
	}
	for _, c := range v.List {
		if m, ok := v.Media[c.ID]; ok && m.Media == nil {
			return c.ID == capture
		}
	}
	return false
}
