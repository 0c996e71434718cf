package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"counterclaim/internal/checkpoint"
	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// verifier is the public part of the key that this server signs the log's heads with, "" if it does not sign.
func (s *Server) verifier() string {
	if s.signer == nil {
		return ""
	}
	return s.signer.Key().Verifier()
}

// What there is to be read in the place of a checkpoint, and on the page of the log.
const (
	logUnsigned = "This log is not signed."
	logKeyAway  = "This log is signed with a key that this server does not have, so that it gives no checkpoint."
	logRefused  = "This log does not go on from what was signed before, so that this server does not sign it."
	logFailed   = "This server cannot sign the log just now."
)

// showCheckpoint gives the signed head of the log, as text for programs; so are its errors.
func (s *Server) showCheckpoint(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if s.signer == nil {
		verifier, err := s.store.LogKey(ctx)
		switch {
		case err != nil:
			return err
		case verifier == "":
			plainAnswer(w, http.StatusNotFound, logUnsigned)
		default:
			plainAnswer(w, http.StatusServiceUnavailable, logKeyAway)
		}
		return nil
	}
	_, signed, err := s.signer.Sign(ctx, func(last int64) (checkpoint.Tree, error) { return s.store.Tree(ctx, last) })
	if err != nil {
		s.log.ErrorContext(ctx, "the log is not signed", "request", requestID(r), "error", err)
		text := logFailed
		if errors.Is(err, checkpoint.ErrSmaller) || errors.Is(err, checkpoint.ErrOther) {
			text = logRefused
		}
		plainAnswer(w, http.StatusServiceUnavailable, text)
		return nil
	}
	send(w, "text/plain; charset=utf-8", signed)
	return nil
}

// logView is the page of the log.
type logView struct {
	layout
	Entries    string // how many it has
	Root       string
	Verifier   string // "" if it is not signed
	Checkpoint string // address, "" if there is none
	Unsigned   string // why not
	Data       string // address of the head as data
	Latest     []logLine
	More       ui.Link
}

// A logLine is an entry of the log in a list.
type logLine struct {
	What ui.Link
	Note string
	Data ui.Link
}

func (s *Server) showLog(w http.ResponseWriter, r *http.Request) error {
	page, err := s.store.Log(r.Context(), after(r))
	if err != nil {
		return err
	}
	return s.render(w, r, logPage(s.newLogView(s.layout(r, "The log of editions"), page)))
}

func (s *Server) newLogView(l layout, page store.LogPage) logView {
	v := logView{
		layout: l, Entries: counted(int(page.Head.Size), "entry", "entries"), Root: page.Head.Root.String(), Verifier: page.Verifier,
		Unsigned: s.unsigned(page), Data: ui.APIHeadPath, More: further(ui.LogPath, page.More),
	}
	if v.Unsigned == "" {
		v.Checkpoint = ui.CheckpointPath
	}
	for _, e := range page.Entries {
		v.Latest = append(v.Latest, newLogLine(e))
	}
	return v
}

// unsigned says why the log has no checkpoint as it is on a page, "" if it has one.
func (s *Server) unsigned(page store.LogPage) string {
	switch {
	case page.Verifier == "":
		return logUnsigned
	case page.Verifier != s.verifier():
		return logKeyAway
	}
	last, err := s.signer.Last()
	switch {
	case err != nil:
		return logFailed
	case last.Size > page.Head.Size, last.Size == page.Head.Size && last.Origin != "" && last.Root != page.Head.Root:
		return logRefused
	}
	return ""
}

// newLogLine makes the line of an entry.
func newLogLine(e store.LogEntry) logLine {
	line := logLine{Data: ui.Link{Text: "record", Href: ui.APIEntryPath(e.LogIndex)}}
	note := []string{"entry " + e.LogIndex}
	named := "edition " + strconv.Itoa(e.Number)
	switch e.Type {
	case edition.TextErasureRecord:
		article, _, _ := strings.Cut(e.Target, "/")
		line.What = ui.Link{Text: "A captured text of " + article + " was withheld", Href: ui.ArticlePath(article)}
	case edition.ErasureRecord:
		line.What = ui.Link{Text: "The words of " + named + " of " + e.Fact + " were withheld", Href: ui.EditionPath(e.Fact, e.Number)}
	default:
		title := e.Title
		if title == "" {
			title = e.Fact + ", withheld since"
		}
		line.What = ui.Link{Text: title, Href: ui.EditionPath(e.Fact, e.Number)}
		note = append(note, named)
	}
	if at, err := time.Parse(time.RFC3339, e.At); err == nil {
		note = append(note, day(at))
	}
	line.Note = strings.Join(without("", append(note, inventedMark(e.Fiction))...), " · ")
	return line
}
