package api

import (
	"context"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/printing"
)

type printBatchView struct {
	ID        id              `json:"id"`
	OrderID   id              `json:"order_id"`
	DeskID    id              `json:"desk_id" doc:"Le guichet dont les carnets rejoignent le stock."`
	Count     int             `json:"count" doc:"Carnets demandés."`
	Ready     int             `json:"ready" doc:"Carnets dont le fichier est prêt."`
	OneSide   bool            `json:"one_side" doc:"Pour une imprimante sans recto verso."`
	Failure   string          `json:"failure" doc:"Pourquoi l’impression s’est arrêtée."`
	At        time.Time       `json:"at"`
	EndedAt   *time.Time      `json:"ended_at" nullable:"true" doc:"Absent tant que des fichiers se préparent."`
	KeptUntil civil.Date      `json:"kept_until" format:"date" doc:"Le dernier jour de ses fichiers."`
	DeletedAt *time.Time      `json:"deleted_at" nullable:"true"`
	Files     []printFileView `json:"files"`
}

type printFileView struct {
	Rank   int        `json:"rank" doc:"Depuis 1."`
	Count  int        `json:"count" doc:"Carnets."`
	First  string     `json:"first" doc:"Le numéro de son premier carnet."`
	Last   string     `json:"last" doc:"Le numéro de son dernier carnet."`
	Size   int        `json:"size" doc:"En octets."`
	MadeAt *time.Time `json:"made_at" nullable:"true"`
}

func viewPrintBatch(b printing.Batch) printBatchView {
	ready, _ := b.Made()
	return printBatchView{
		ID: id{b.ID}, OrderID: id{b.Order}, DeskID: id{b.Desk}, Count: b.Count, Ready: ready, OneSide: b.Sides == printing.OneSide, Failure: b.Failure,
		At: b.At.UTC(), EndedAt: instant(b.EndedAt), KeptUntil: b.KeptUntil, DeletedAt: instant(b.DeletedAt),
		Files: each(b.Files, func(f printing.BatchFile) printFileView {
			return printFileView{Rank: f.Rank, Count: f.Count, First: f.First, Last: f.Last, Size: f.Size, MadeAt: instant(f.MadeAt)}
		}),
	}
}

type beginBatchInput struct {
	ID   string `path:"id"`
	Body struct {
		Desk    *id  `json:"desk,omitempty" doc:"Le guichet qui reçoit les carnets ; celui de la commande si absent."`
		Count   int  `json:"count,omitempty" minimum:"1" maximum:"100000" doc:"Nombre de carnets ; tous ceux qui restent si absent."`
		PerFile int  `json:"per_file,omitempty" minimum:"10" maximum:"500" doc:"Carnets par fichier ; 200 si absent."`
		OneSide bool `json:"one_side,omitempty" doc:"Pour une imprimante sans recto verso."`
	}
}

func beginPrintBatch(ctx context.Context, tx *db.Tx, row db.ID, in *beginBatchInput) (printBatchView, error) {
	order, err := db.ParseID(in.ID)
	if err != nil {
		return printBatchView{}, err
	}
	batch := printing.Batch{ID: row, Order: order, Desk: in.Body.Desk.optional(), Count: in.Body.Count, PerFile: in.Body.PerFile}
	if in.Body.OneSide {
		batch.Sides = printing.OneSide
	}
	made, err := printing.BeginBatch(ctx, tx, batch)
	return viewPrintBatch(made), err
}

func beginPrintBatchAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *beginBatchInput) (printBatchView, error) {
	made, err := printing.BatchByID(ctx, tx, row)
	return viewPrintBatch(made), err
}

// printBatchesOf is the address of an order's prints.
type printBatchesOf struct {
	ID string `path:"id"`
}

func listPrintBatches(ctx context.Context, q db.Q, in *printBatchesOf) (page[printBatchView], error) {
	order, err := db.ParseID(in.ID)
	if err != nil {
		return page[printBatchView]{}, err
	}
	found, err := printing.BatchesOf(ctx, q, order)
	return page[printBatchView]{Items: each(found, viewPrintBatch)}, err
}

type printBatchInput struct {
	ID string `path:"id"`
}

func readPrintBatch(ctx context.Context, q db.Q, in *printBatchInput) (printBatchView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return printBatchView{}, err
	}
	found, err := printing.BatchByID(ctx, q, wanted)
	return viewPrintBatch(found), err
}

type printFileInput struct {
	ID   string `path:"id"`
	Rank int    `path:"rank" minimum:"1" doc:"Depuis 1."`
}

type printFileContent struct {
	Content []byte `json:"content_base64" doc:"Un PDF, en base64."`
}

func readPrintFile(ctx context.Context, q db.Q, in *printFileInput) (printFileContent, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return printFileContent{}, err
	}
	content, err := printing.FileContent(ctx, q, wanted, in.Rank)
	return printFileContent{content}, err
}

func deletePrintFiles(ctx context.Context, tx *db.Tx, _ db.ID, in *printBatchInput) (printBatchView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return printBatchView{}, err
	}
	batch, err := printing.DeleteBatchFiles(ctx, tx, wanted)
	return viewPrintBatch(batch), err
}
