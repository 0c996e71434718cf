package api

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"counterclaim/internal/intake"
	"counterclaim/internal/store"
)

// DeskPath is where the desk's operations are, for programs that work for an editor. Whoever asks must have the token of an
// account; cookies are not looked at, so that no other site can send anything in an editor's name.
const DeskPath = "/api/v1/desk"

// deskTag is the tag of the desk's operations.
const deskTag = "Desk"

// Bounds of the bodies that the desk takes, in bytes, and of how long one may take to come.
const (
	largestNoun    = 1 << 20
	largestArticle = 5 << 20
	slowestBody    = time.Minute
)

// bearer is the name of the security scheme.
const bearer = "bearer"

// isDesk reports whether a request is for the desk's operations.
func isDesk(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, DeskPath+"/") }

// A deskOperation is what one of the desk's operations has besides its input.
type deskOperation struct {
	id, method, path     string
	summary, description string
	role                 store.Role // the least that may use it
	body                 reflect.Type
	answer               reflect.Type
	largest              int64 // body, in bytes; 0 for largestNoun
	statuses             []int // of its own that are no success
}

// success is the status of its answer.
func (o deskOperation) success() int {
	switch {
	case o.method == http.MethodDelete:
		return http.StatusNoContent
	case o.method == http.MethodPost:
		return http.StatusCreated
	}
	return http.StatusOK
}

// A deskAnswer is what an operation answers. It is kept as JSON where a request is to be done once.
type deskAnswer struct {
	Status   int    `json:"-"`
	ETag     string `header:"ETag" json:"etag" doc:"The version, for If-Match." example:"\"4\""`
	Location string `header:"Location" json:"location" doc:"The path of what was made." example:"/api/v1/desk/facts/bridge-open"`
	Type     string `header:"Content-Type" json:"-" hidden:"true"`
	Body     []byte `json:"body"`
}

// deskRegisters has the parts of the desk, in the order of the description.
var deskRegisters = []func(*API){registerDeskNouns, registerDeskArticles, registerDeskClaims, registerDeskPublishing}

func registerDesk(a *API) {
	a.huma.OpenAPI().Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		bearer: {Type: "http", Scheme: "bearer", Description: "The token of an account, which is made at the desk on the page of the account. It ends with the account, or earlier."},
	}
	describe[DeskProblem](a, "Why the desk has not done what it was asked for: a problem detail of RFC 9457.")
	describe[DeskFault](a, "What is wrong with one part of the request.")
	describe[DeskPassage](a, "A place in a text.")
	describe[DeskSpan](a, "A stretch of a text.")
	for _, register := range deskRegisters {
		register(a)
	}
}

// A DeskBody brings what a program sends.
type DeskBody struct {
	RawBody []byte
}

// A DeskWhy says why something is changed.
type DeskWhy struct {
	Why string `query:"why" maxLength:"300" doc:"Why, for the desk's log." example:"Spelt as the outlet spells it."`
}

// A DeskHeld names the version that a change was made from.
type DeskHeld struct {
	IfMatch string `header:"If-Match" doc:"The ETag of what the change was made from. Without it the answer is 428, with an older one 412." example:"\"4\""`
}

// version returns the version of the ETag.
func (h DeskHeld) version() (int, error) {
	if h.IfMatch == "" {
		return 0, deskProblem(http.StatusPreconditionRequired, needsIfMatch)
	}
	inner, opens := strings.CutPrefix(strings.TrimSpace(h.IfMatch), `"`)
	inner, closes := strings.CutSuffix(inner, `"`)
	n, err := strconv.ParseInt(inner, 10, 32)
	if !opens || !closes || err != nil || n < 1 {
		p := deskProblem(http.StatusUnprocessableEntity, badRequest)
		p.Errors = append(p.Errors, DeskFault{Location: "header.If-Match", Detail: notAnETag})
		return 0, p
	}
	return int(n), nil
}

// etag is the ETag of a version.
func etag(version int) string { return `"` + strconv.Itoa(version) + `"` }

// A DeskOnce names a request that is to be done once.
type DeskOnce struct {
	Key string `header:"Idempotency-Key" maxLength:"128" pattern:"^[!-~]+$" doc:"A name of the program's own for this request, such as a UUID. Sent again within 24 hours by the same account, it gives the first answer, and nothing is done twice." example:"8e03978e-40d5-43e8-bc93-6894a57f9324"`
}

type accountKey struct{}
type requestKey struct{}

// account returns for whom a program speaks.
func account(ctx context.Context) store.Account {
	a, _ := ctx.Value(accountKey{}).(store.Account)
	return a
}

// desk registers one of the desk's operations. What handle fails with becomes a [DeskProblem].
func desk[I any](a *API, o deskOperation, handle func(context.Context, *I) (deskAnswer, error)) {
	a.registerDesk(o, func(op huma.Operation) {
		huma.Register(a.desk, op, func(ctx context.Context, input *I) (*deskAnswer, error) {
			answer, err := handle(ctx, input)
			if err != nil {
				return nil, a.explainDesk(ctx, err)
			}
			answer.Status, answer.Type = o.success(), "application/json"
			return &answer, nil
		})
	})
}

// deskRemoval registers an operation that removes something and answers nothing.
func deskRemoval[I any](a *API, o deskOperation, handle func(context.Context, *I) error) {
	a.registerDesk(o, func(op huma.Operation) {
		huma.Register(a.desk, op, func(ctx context.Context, input *I) (*struct{}, error) {
			if err := handle(ctx, input); err != nil {
				return nil, a.explainDesk(ctx, err)
			}
			return nil, nil
		})
	})
}

// registerDesk completes the description of an operation and has it registered.
func (a *API) registerDesk(o deskOperation, register func(huma.Operation)) {
	op := huma.Operation{
		OperationID: o.id, Method: o.method, Path: o.path, Tags: []string{deskTag}, Summary: o.summary,
		Description:   o.description + fmt.Sprintf(" Open to the role %s and those above it.", o.role),
		DefaultStatus: o.success(), Security: []map[string][]string{{bearer: {}}}, SkipValidateBody: true,
		MaxBodyBytes: o.largest, BodyReadTimeout: slowestBody, Responses: map[string]*huma.Response{},
		Middlewares: huma.Middlewares{a.admit(o)},
	}
	if op.MaxBodyBytes == 0 {
		op.MaxBodyBytes = largestNoun
	}
	answer := &huma.Response{Description: "It was done."}
	if o.answer != nil {
		answer.Content = map[string]*huma.MediaType{"application/json": {Schema: a.corpusSchema(o.answer)}}
	}
	op.Responses[strconv.Itoa(o.success())] = answer
	statuses := append([]int{400, 401, 403, 422, 429, 500, 503}, o.statuses...)
	if o.body != nil {
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{}}
		statuses = append(statuses, http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	problem := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[DeskProblem](), true, "")
	for _, status := range statuses {
		op.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status), Content: map[string]*huma.MediaType{problemType: {Schema: problem}},
		}
	}
	for _, status := range []string{"429", "503"} {
		op.Responses[status].Headers = map[string]*huma.Param{
			"Retry-After": {Description: "After how many seconds to ask again.", Schema: &huma.Schema{Type: huma.TypeInteger, Examples: []any{10}}},
		}
	}
	register(op)
	if o.body != nil { // in the place of the bytes that huma hands over
		op.RequestBody.Content = map[string]*huma.MediaType{"application/json": {Schema: a.corpusSchema(o.body)}}
	}
}

// admit lets a request through that has a token of an account with the operation's role, that is not one too many, and that has
// JSON if it has a body.
func (a *API) admit(o deskOperation) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		r, w := humachi.Unwrap(c)
		w.Header().Set("Cache-Control", "no-store")
		token, ok := bearerToken(r)
		if !ok {
			w.Header().Set("WWW-Authenticate", `Bearer realm="desk"`)
			refuse(w, r, problem(http.StatusUnauthorized, needsToken))
			return
		}
		who, err := a.store.TokenAccount(r.Context(), token)
		if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrBadText) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="desk", error="invalid_token"`)
			refuse(w, r, problem(http.StatusUnauthorized, unknownToken))
			return
		}
		if err == nil {
			err = a.store.SpendToken(r.Context(), token, r.Method != http.MethodGet)
		}
		if err != nil {
			refuseFor(w, r, a.explainDesk(r.Context(), err))
			return
		}
		if !who.Role.May(o.role) {
			refuse(w, r, problem(http.StatusForbidden, fmt.Sprintf("This is open to the role %s and those above it; %s is a %s.", o.role, who.Name, who.Role)))
			return
		}
		if r.Method == http.MethodPost || r.Method == http.MethodPut {
			if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
				refuse(w, r, problem(http.StatusUnsupportedMediaType, needsJSON))
				return
			}
		}
		if o.largest > 0 {
			// What is large takes long to come and to be read. Where this fails the server bounds nothing.
			_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(slowestBody + intake.MaxWaiting + intake.MaxReading))
		}
		next(huma.WithValue(huma.WithValue(c, accountKey{}, who), requestKey{}, r.Method+" "+r.URL.RequestURI()))
	}
}

// refuseFor answers with what was said of an error, and with its headers.
func refuseFor(w http.ResponseWriter, r *http.Request, said error) {
	if h, ok := errors.AsType[huma.HeadersError](said); ok {
		maps.Copy(w.Header(), h.GetHeaders())
	}
	status := http.StatusInternalServerError
	if s, ok := errors.AsType[huma.StatusError](said); ok {
		status = s.GetStatus()
	}
	refuse(w, r, problem(status, said.Error()))
}

// longestToken bounds what is taken for a token, in bytes.
const longestToken = 200

// tokenForm is what a token looks like (RFC 6750, 2.1).
var tokenForm = regexp.MustCompile(`^[A-Za-z0-9._~+/-]+=*$`)

// bearerToken returns the token that a request has, and whether it has one.
func bearerToken(r *http.Request) (string, bool) {
	values := r.Header.Values("Authorization")
	if len(values) != 1 {
		return "", false
	}
	scheme, token, ok := strings.Cut(values[0], " ")
	token = strings.TrimSpace(token)
	return token, ok && strings.EqualFold(scheme, bearer) && len(token) <= longestToken && tokenForm.MatchString(token)
}

// once does something once: with a key that was sent before it returns the first answer. prepare reads what is needed and
// returns the work, which saves.
func (a *API) once(ctx context.Context, key string, body []byte, prepare func() (work func(context.Context) (deskAnswer, error), err error)) (deskAnswer, error) {
	if key == "" {
		work, err := prepare()
		if err != nil {
			return deskAnswer{}, err
		}
		return work(ctx)
	}
	request, _ := ctx.Value(requestKey{}).(string)
	o := store.Once{Account: account(ctx).Name, Key: key, Request: sha256.Sum256(append([]byte(request+"\n"), body...))}
	first, done, err := a.store.FirstAnswer(ctx, o)
	if err != nil {
		return deskAnswer{}, err
	}
	if !done {
		work, err := prepare()
		if err != nil {
			return deskAnswer{}, err
		}
		first, err = a.store.Do(ctx, o, func(ctx context.Context) ([]byte, error) {
			answer, err := work(ctx)
			if err != nil {
				return nil, err
			}
			return json.Marshal(answer)
		})
		if err != nil {
			return deskAnswer{}, err
		}
	}
	var answer deskAnswer
	if err := json.Unmarshal(first, &answer); err != nil {
		return deskAnswer{}, fmt.Errorf("api: the first answer: %w", err)
	}
	return answer, nil
}

// answerWith makes the answer of a value.
func answerWith(value any, version int, location string) (deskAnswer, error) {
	body, err := writeCorpus(value)
	if err != nil {
		return deskAnswer{}, err
	}
	answer := deskAnswer{Location: location, Body: append(body, '\n')}
	if version > 0 {
		answer.ETag = etag(version)
	}
	return answer, nil
}
