package public

import (
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/web"
)

type logPage struct {
	web.Page
	Latest  audit.Checkpoint
	Sealed  bool // something is
	Key     string
	Address string // of the instance
	Tile    string // the address of the first tile
	Points  web.Table
	Pager   web.Pager
	Zone    *time.Location
}

// Count is how many acts are sealed.
func (p *logPage) Count() int { return int(p.Latest.Size) }

// leafOf reads a hash as people copy it. Fault code: unknown_leaf.
func leafOf(text string) ([]byte, error) {
	leaf, err := hex.DecodeString(strings.ToLower(strings.Join(strings.Fields(text), "")))
	if err != nil || len(leaf) != 32 {
		return nil, audit.ErrUnknownLeaf
	}
	return leaf, nil
}

// showLog answers GET /registre-scelle; with ?empreinte= it leads to that act's
// proof.
func showLog(w http.ResponseWriter, r *web.Request) error {
	form := web.NewForm()
	if asked := r.URL.Query().Get("empreinte"); asked != "" {
		form.Set("empreinte", asked)
		leaf, err := leafOf(asked)
		if err == nil {
			err = view(r, func(q db.Q) error {
				_, err := audit.SealedByHash(r.Context(), q, leaf)
				return err
			})
		}
		if err == nil || fault.HasCode(err, audit.ErrUnsealedLeaf.Code) {
			return web.SeeOther(w, r, "/preuve/"+hex.EncodeToString(leaf))
		}
		if !fault.HasCode(err, audit.ErrUnknownLeaf.Code) {
			return err
		}
		form.Wrong("empreinte", audit.ErrUnknownLeaf.Code, audit.ErrUnknownLeaf.Message)
	}
	page := &logPage{
		Page: web.Page{
			Title: "Le registre scellé", Menu: "/registre-scelle", Form: form, Back: web.Link{Label: "Le programme en chiffres", Path: "/programme"},
			Summary: "Chaque acte qui touche un droit ou de l’argent est inscrit, numéroté, scellé : comment le vérifier soi-même.",
		},
		Zone: civil.Paris, Address: r.App.Settings.BaseURL,
	}
	if err := page.read(r); err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "points-de-controle", page.Points)
	}
	return web.Render(w, r, form.Status(), "log", page)
}

// mostPointsInFile bounds one file of checkpoints.
const mostPointsInFile = 50_000

func (p *logPage) read(r *web.Request) error {
	var below int64
	if err := r.After(&below); err != nil {
		return err
	}
	limit := web.PageSize + 1
	if r.WantsCSV() {
		limit = mostPointsInFile
	}
	return view(r, func(q db.Q) (err error) {
		if p.Key, err = audit.KeyText(audit.Origin(q)); err != nil {
			return err
		}
		p.Latest, err = audit.LatestCheckpoint(r.Context(), q)
		if fault.HasCode(err, audit.ErrEmptyLog.Code) {
			return nil
		}
		if err != nil {
			return err
		}
		p.Sealed = true
		p.Tile = "/log/tile/0/000"
		if p.Latest.Size < 256 {
			p.Tile += ".p/" + strconv.FormatInt(p.Latest.Size, 10)
		}
		points, err := audit.Checkpoints(r.Context(), q, below, limit)
		if err != nil {
			return err
		}
		more := false
		if !r.WantsCSV() {
			points, more = web.Cut(points)
		}
		p.Points = pointsTable(points)
		var last int64
		if len(points) > 0 {
			last = points[len(points)-1].Size
		}
		if p.Pager, err = r.Pager(more, last); err != nil {
			return err
		}
		p.Pager = p.Pager.Exported(r)
		return nil
	})
}

func pointsTable(points []audit.Checkpoint) web.Table {
	table := web.Table{
		Caption: "Points de contrôle, le dernier d’abord", Quiet: true,
		Columns: []web.Column{{Label: "Actes", Number: true}, {Label: "Signé le"}, {Label: "Empreinte de l’ensemble"}},
	}
	for _, point := range points {
		size := strconv.FormatInt(point.Size, 10)
		table.Rows = append(table.Rows, []web.Cell{
			web.Whole(int(point.Size)).To("/registre-scelle/points/"+size+"/fichier", "actes\u00a0: le fichier du point de contrôle"),
			web.Text(point.At.In(civil.Paris).Format("02/01/2006 15:04:05")), web.Text(point.Root.String()),
		})
	}
	return table
}
