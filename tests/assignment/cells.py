# The assignment's notebook, its four parts solved, cell by cell; `test_whole.py` carries it out.
# Nothing is changed but the import: the definitions come from `twelvelead.assignment`.
# ruff: noqa: E401, E402, E501, F401, F403, F405, I001, PTH118, RUF100
# fmt: off

# %% 1.1 Chargement des librairies
import os
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler, MultiLabelBinarizer
from sklearn.metrics import classification_report, confusion_matrix, roc_auc_score
import seaborn as sns

import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import Dataset, DataLoader

from twelvelead.assignment import *

# %% 1.3 Déclaration de variables globales
device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
print(f"Using device: {device}")

if torch.cuda.is_available():
    print(f"GPU Name: {torch.cuda.get_device_name(0)}")
    print(f"GPU Count: {torch.cuda.device_count()}")
    print(f"CUDA Version: {torch.version.cuda}")
    torch.backends.cudnn.benchmark = True
else:
    print(" Attention: CUDA n'est pas disponible. Entraînement lent sur CPU.")
    print("Installer CUDA-enabled PyTorch avec pip et la bonne version de cuda")

DATA_PATH = 'ptbxl/'
SAMPLING_RATE = 100  # Hz
BATCH_SIZE = 32  # à augmenter si la mémoire GPU le permet
NUM_EPOCHS = 50
LEARNING_RATE = 0.001
MIN_SAMPLES_PER_CLASS = 50  # Minimum d'ecg à avoir dans une classe donnée

# %% 1.4 Chargement des données
print("\n" + "="*100)
X, Y = load_ptbxl_data(DATA_PATH, SAMPLING_RATE)

# %% 1.6 Filtrage et traitement automatique des étiquettes (classes)
print("\n" + "="*100)
print("Traitement des étiquettes")
print("="*100)
initial_target_classes = ['NORM', 'MI', 'STTC', 'CD', 'HYP']
y_binary, target_classes, mlb = preprocess_labels(Y, DATA_PATH,
                                                  initial_target_classes, MIN_SAMPLES_PER_CLASS)

if len(target_classes) == 0:
    print("\n ERREUR: Pas de classes avec un nombre suffisant d'ECG!")
    print(f"Try lowering MIN_SAMPLES_PER_CLASS (currently {MIN_SAMPLES_PER_CLASS})")
    exit(1)

# %% 1.8 Création d'une partition avec stratification
print("\n" + "="*100)
print("Partition avec stratification")
print("="*60)
# First split: train vs temp (val+test)
X_train, X_temp, y_train, y_temp = stratified_split(X, y_binary, test_size=0.3, random_state=42)

# Second split: val vs test
X_val, X_test, y_val, y_test = stratified_split(X_temp, y_temp, test_size=0.5, random_state=42)

print(f"Ensemble d'apprentissage: {len(X_train)} données")
print(f"Ensemble de validation: {len(X_val)} données")
print(f"Ensemble de test: {len(X_test)} données")

# %% 1.9 Vérification des effectifs des classes dans les trois jeux données
print("\n==== Effectifs des classes ====")
for i, class_name in enumerate(target_classes):
    train_count = y_train[:, i].sum()
    val_count = y_val[:, i].sum()
    test_count = y_test[:, i].sum()
    print(f"{class_name}: Train={train_count}, Val={val_count}, Test={test_count}")

# %% 1.10 Partie 1. Standarisation des ECG
X_train, X_val, X_test, scaler = normalize_ecg(X_train, X_val, X_test)

# %% 1.12 Création des trois itérateurs sur les jeux de données apprentissage, validation et test
train_dataset = ECGDataset(X_train, y_train)
val_dataset = ECGDataset(X_val, y_val)
test_dataset = ECGDataset(X_test, y_test)

train_loader = DataLoader(train_dataset, batch_size=BATCH_SIZE, shuffle=True)
val_loader = DataLoader(val_dataset, batch_size=BATCH_SIZE)
test_loader = DataLoader(test_dataset, batch_size=BATCH_SIZE)

# %% 1.13 Fonction pour tracer un ECG
plot_ecg_sample(X_train[0], "Un exemple d'ECG - 12 leads")

# %% 1.17 Partie 4. Entraînement et évaluation du modèle
if torch.cuda.is_available():
    torch.cuda.empty_cache()

model = CNN_LSTM(num_classes=len(target_classes), num_leads=12).to(device)
train_losses, val_losses = train_model(model, train_loader, val_loader, num_epochs=NUM_EPOCHS,
                                       lr=LEARNING_RATE, device=device, model_name='best_ecg_model')
plot_training_history(train_losses, val_losses)

if torch.cuda.is_available():
    torch.cuda.empty_cache()

# %% Évaluation du meilleur modèle sur le jeu de test
model_path = os.path.join('results', 'models', 'best_ecg_model.pth')
model.load_state_dict(torch.load(model_path, map_location=device, weights_only=True))
all_preds, all_labels, binary_preds = evaluate_model(model, test_loader, target_classes, device=device)
plot_confusion_matrix(all_labels, binary_preds, target_classes)
