package desk

import (
	"github.com/go-chi/chi/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// togetherRoutes are the routes of what editors do together: the log, drafts, assignments, watches, complaints.
func (s *Server) togetherRoutes(r chi.Router) {
	r.Get(logPath, s.page(store.RoleContributor, s.showLog))
	for kind := range plurals {
		history := nounPath(kind, "{key}") + "/history"
		r.Get(history, s.page(store.RoleContributor, s.showHistory(kind)))
		r.Get(history+"/{entry}", s.page(store.RoleEditor, s.showPast(kind)))
		r.Post(history+"/{entry}", s.page(store.RoleEditor, s.restore(kind)))
	}
	r.Get(draftsPath, s.page(store.RoleContributor, s.listDrafts))
	r.Post(draftsPath, s.form(store.RoleContributor, s.keepDraft))
	r.Get(dropPath, s.page(store.RoleContributor, s.askDrop))
	r.Post(dropPath, s.form(store.RoleContributor, s.dropDraft))
	r.Post(assignmentsPath, s.page(store.RoleContributor, s.assign))
	r.Post(watchesPath, s.page(store.RoleContributor, s.watch))
	for _, kind := range []narrative.Kind{store.KindDesk, narrative.KindFact, narrative.KindSource, narrative.KindOutlet} {
		r.Get(watchedPath(store.NounKey{Kind: kind, Key: "{key}"}), s.page(store.RoleContributor, s.showSince(kind)))
	}
	r.Get(inboxPath+"/{queue}", s.page(store.RoleContributor, s.showQueue))
	r.Get(requestsPath, s.page(store.RoleContributor, s.listRequests))
	r.Get(complaintsPath, s.page(store.RoleContributor, s.listComplaints))
	r.Get(complaintsPath+"/new", s.page(store.RoleContributor, s.newComplaint))
	r.Post(complaintsPath+"/new", s.form(store.RoleContributor, s.saveComplaint))
	r.Get(complaintsPath+"/{id}", s.page(store.RoleContributor, s.showComplaint))
	r.Post(complaintsPath+"/{id}", s.form(store.RoleContributor, s.saveComplaint))
	r.Post(complaintsPath+"/{id}/erase", s.page(store.RoleEditor, s.eraseComplaint))
}
