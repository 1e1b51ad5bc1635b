package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"text/template"
	"time"
)

// Gateway sends text messages by HTTP to whichever operator a file describes:
//
//	{
//	  "url": "https://sms.example/v1/messages",
//	  "method": "POST",
//	  "headers": {"Authorization": "Bearer ${SMS_TOKEN}", "Content-Type": "application/json"},
//	  "body": "{\"to\": {{json .To}}, \"message\": {{json .Text}}, \"client_ref\": {{json .ID}}}",
//	  "timeout_seconds": 20,
//	  "success": {"status": [200, 201, 202], "field": "status", "values": ["queued", "sent"]},
//	  "refusal": {"status": [400, 422], "field": "error.code", "values": ["invalid_number"]},
//	  "reference": "id"
//	}
//
// ${NAME} in the address and the headers is read from the environment, so that
// no secret need stand in the file. The address and the body are templates:
// .To (E.164), .National (digits without the plus), .Text, .ID (the same at each
// try); the functions json and query write a value in JSON or in an address.
// An answer is a success when its status is listed and, where a field is named,
// that field of its JSON is one of the values; a refusal for good likewise, by
// status or, where one is named, by field. Anything else is tried again.
type Gateway struct {
	client   *http.Client
	method   string
	url      *template.Template
	body     *template.Template
	headers  map[string]string
	success  answerRule
	refusal  answerRule
	refField string
}

type answerRule struct {
	Status []int    `json:"status"`
	Field  string   `json:"field"` // "error.code", in a JSON answer
	Values []string `json:"values"`
}

type gatewayFile struct {
	URL            string            `json:"url"`
	Method         string            `json:"method"`
	Headers        map[string]string `json:"headers"`
	Body           string            `json:"body"`
	TimeoutSeconds int               `json:"timeout_seconds"`
	Success        answerRule        `json:"success"`
	Refusal        answerRule        `json:"refusal"`
	Reference      string            `json:"reference"`
}

func readGateway(path string) (*Gateway, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("passerelle de SMS\u00a0: %w", err)
	}
	return NewGateway(content, os.LookupEnv)
}

// NewGateway reads the description of a gateway; environment gives what ${NAME}
// stands for. Its errors name no secret.
func NewGateway(description []byte, environment func(name string) (string, bool)) (*Gateway, error) {
	file := gatewayFile{Method: http.MethodPost, TimeoutSeconds: 20, Success: answerRule{Status: []int{200, 201, 202, 204}}, Refusal: answerRule{Status: []int{400, 404, 422}}}
	strict := json.NewDecoder(bytes.NewReader(description))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&file); err != nil {
		return nil, fmt.Errorf("passerelle de SMS\u00a0: %w", err)
	}
	missing := ""
	secret := func(text string) string {
		return os.Expand(text, func(name string) string {
			value, known := environment(name)
			if !known {
				missing = name
			}
			return value
		})
	}
	file.URL = secret(file.URL)
	for name, value := range file.Headers {
		file.Headers[name] = secret(value)
	}
	if missing != "" {
		return nil, fmt.Errorf("passerelle de SMS\u00a0: donnez la variable d’environnement %s", missing)
	}
	if at, err := url.Parse(file.URL); err != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != "http" {
		return nil, errors.New("passerelle de SMS\u00a0: donnez une adresse complète, comme https://sms.exemple.fr/envoi")
	}
	if len(file.Success.Status) == 0 || file.TimeoutSeconds < 1 {
		return nil, errors.New("passerelle de SMS\u00a0: donnez à quels codes l’envoi réussit, et un délai d’une seconde au moins")
	}
	made := &Gateway{
		method: file.Method, headers: file.Headers, success: file.Success, refusal: file.Refusal, refField: file.Reference,
		client: &http.Client{
			Timeout:       time.Duration(file.TimeoutSeconds) * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	functions := template.FuncMap{
		"json": func(value string) (string, error) {
			quoted, err := json.Marshal(value)
			return string(quoted), err
		},
		"query": url.QueryEscape,
	}
	var err error
	if made.url, err = template.New("url").Funcs(functions).Parse(file.URL); err != nil {
		return nil, errors.New("passerelle de SMS\u00a0: l’adresse ne se lit pas")
	}
	if made.body, err = template.New("body").Funcs(functions).Parse(file.Body); err != nil {
		return nil, fmt.Errorf("passerelle de SMS\u00a0: %w", err)
	}
	return made, nil
}

// SendText asks the gateway once. Errors hold neither number, text, address nor
// header.
func (g *Gateway) SendText(ctx context.Context, t Texting) (string, error) {
	values := struct{ To, National, Text, ID string }{t.To, strings.TrimPrefix(t.To, "+"), t.Text, t.ID.String()}
	var address, body bytes.Buffer
	if err := errors.Join(g.url.Execute(&address, values), g.body.Execute(&body, values)); err != nil {
		return "", errors.New("la description de la passerelle de SMS ne se remplit pas")
	}
	request, err := http.NewRequestWithContext(ctx, g.method, address.String(), &body)
	if err != nil {
		return "", errors.New("l’adresse de la passerelle de SMS ne se lit pas")
	}
	for name, value := range g.headers {
		request.Header.Set(name, value)
	}
	answer, err := g.client.Do(request)
	if err != nil {
		return "", gatewayUnreached(err)
	}
	defer answer.Body.Close()
	const most = 64 << 10
	said, err := io.ReadAll(io.LimitReader(answer.Body, most))
	if err != nil {
		return "", gatewayUnreached(err)
	}
	var told any
	_ = json.Unmarshal(said, &told) // an answer that is not JSON has no field
	switch {
	case g.success.holds(answer.StatusCode, told):
		return field(told, g.refField), nil
	case g.refusal.Field == "" && g.refusal.holds(answer.StatusCode, told),
		g.refusal.Field != "" && slices.Contains(g.refusal.Values, field(told, g.refusal.Field)):
		return "", fmt.Errorf("%w: HTTP %d", ErrRefused, answer.StatusCode)
	}
	return "", fmt.Errorf("la passerelle de SMS a répondu HTTP %d", answer.StatusCode)
}

func (r answerRule) holds(status int, told any) bool {
	return slices.Contains(r.Status, status) && (r.Field == "" || slices.Contains(r.Values, field(told, r.Field)))
}

// field reads "error.code" in a JSON answer, as text; in a list, of its first.
func field(told any, path string) string {
	if path == "" {
		return ""
	}
	for name := range strings.SplitSeq(path, ".") {
		if list, isList := told.([]any); isList && len(list) > 0 {
			told = list[0]
		}
		object, isObject := told.(map[string]any)
		if !isObject {
			return ""
		}
		told = object[name]
	}
	switch value := told.(type) {
	case nil:
		return ""
	case string:
		return value
	case float64:
		text, _ := json.Marshal(value)
		return string(text)
	}
	return fmt.Sprint(told)
}

// gatewayUnreached tells why no answer came, without the address, which may hold
// the number or a key.
func gatewayUnreached(err error) error {
	var network net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) && network.Timeout() {
		return errors.New("la passerelle de SMS n’a pas répondu à temps")
	}
	return errors.New("la passerelle de SMS n’est pas joignable")
}
