package desk

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"counterclaim/internal/intake"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
)

// An unfit is the error of a form that brings what cannot be taken: the form is drawn again with it.
type unfit struct {
	status  int
	field   string
	message string
}

func (e *unfit) Error() string { return e.field + ": " + e.message }

// unread makes an unfit of what the intake could not fetch or read.
func unread(w http.ResponseWriter, field string, err error) *unfit {
	if errors.Is(err, intake.ErrBusy) {
		w.Header().Set("Retry-After", "30")
		return &unfit{http.StatusServiceUnavailable, field, sentenceOf(err)}
	}
	return &unfit{http.StatusUnprocessableEntity, field, sentenceOf(err)}
}

// count counts work that costs much. The errors are those of [store.Store.Spend]; that there was too much is told in the log.
func (s *Server) count(r *http.Request, c store.Cost) error {
	name := accountOf(r).Name
	err := s.store.Spend(r.Context(), c, name)
	if _, ok := errors.AsType[*store.Throttled](err); ok {
		s.log.WarnContext(r.Context(), "asked for too often", "request", web.RequestID(r), "account", name, "what", c)
	}
	return err
}

// spend counts work that costs much, which a field of a form asks for. Where there was too much of it of late the error is an
// [*unfit] with the status 429, and the header says how long to wait.
func (s *Server) spend(w http.ResponseWriter, r *http.Request, c store.Cost, field string) error {
	err := s.count(r, c)
	if t, ok := errors.AsType[*store.Throttled](err); ok {
		return tooMuch(w, field, t)
	}
	return err
}

// tooMuch makes an unfit of too much work.
func tooMuch(w http.ResponseWriter, field string, t *store.Throttled) *unfit {
	w.Header().Set("Retry-After", strconv.Itoa(int(t.After.Seconds())))
	who := "your account has"
	if t.House {
		who = "the whole newsroom has"
	}
	return &unfit{http.StatusTooManyRequests, field, who + " asked for this very often of late; nothing is lost, please wait " + minutes(t.After) + " and try again"}
}

// spendReading counts the reading of what came in, where that costs much, and gives the answer the time that it takes.
func (s *Server) spendReading(w http.ResponseWriter, r *http.Request, received intake.Received, field string) error {
	if !received.IsPDF() {
		return nil
	}
	// Where this fails the server bounds nothing, and there is nothing to be put off.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(intake.MaxWaiting + intake.MaxReading + 10*time.Second))
	return s.spend(w, r, store.CostPDF, field)
}
